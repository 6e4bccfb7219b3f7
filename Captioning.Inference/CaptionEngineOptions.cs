using Captioning.Inference.Images;
using Captioning.Inference.Runtime;

namespace Captioning.Inference;

/// <summary>Settings of <see cref="CaptionEngine"/>.</summary>
public sealed class CaptionEngineOptions
{
    /// <summary>The folder of the model bundle.</summary>
    public string ModelPath { get; set; } = string.Empty;

    /// <summary>Where inference runs.</summary>
    /// <value>The default value is <see cref="Device.Auto"/>.</value>
    public Device Device { get; set; } = Device.Auto;

    /// <summary>Threads inside one operator, 0 to 256; 0 takes one per core.</summary>
    /// <value>The default value is 0.</value>
    public int Threads { get; set; }

    /// <summary>The most images in a batch, 1 to 1024.</summary>
    /// <value>The default value is 16.</value>
    public int MaxBatchSize { get; set; } = 16;

    /// <summary>How long a batch that is not full waits for more images, 0 to 10 seconds.</summary>
    /// <value>The default value is zero: a batch is what waits.</value>
    public TimeSpan MaxBatchDelay { get; set; }

    /// <summary>Images of one priority that are held at once, from decoding to caption, 1 to 100,000; more callers wait.</summary>
    /// <value>The default value is 64. It must not be below <see cref="MaxBatchSize"/>.</value>
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Threads that decode images, 0 to 256; 0 takes one per core.</summary>
    /// <value>The default value is 0.</value>
    public int DecodeThreads { get; set; }

    /// <summary>What images are accepted.</summary>
    public ImageDecoderOptions Images { get; set; } = new();

    /// <summary>Lists what is out of range; empty where all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
        {
            yield return $"{nameof(ModelPath)} is not set";
        }

        if (Threads is < 0 or > 256)
        {
            yield return $"{nameof(Threads)} is {Threads}; it must be between 0 and 256";
        }

        if (MaxBatchSize is < 1 or > 1024)
        {
            yield return $"{nameof(MaxBatchSize)} is {MaxBatchSize}; it must be between 1 and 1024";
        }

        if (MaxBatchDelay < TimeSpan.Zero || MaxBatchDelay > TimeSpan.FromSeconds(10))
        {
            yield return $"{nameof(MaxBatchDelay)} is {MaxBatchDelay}; it must be between 0 and 10 seconds";
        }

        if (QueueCapacity < MaxBatchSize || QueueCapacity > 100_000)
        {
            yield return $"{nameof(QueueCapacity)} is {QueueCapacity}; it must be between {nameof(MaxBatchSize)} ({MaxBatchSize}) and 100,000";
        }

        if (DecodeThreads is < 0 or > 256)
        {
            yield return $"{nameof(DecodeThreads)} is {DecodeThreads}; it must be between 0 and 256";
        }

        foreach (string problem in Images.Validate())
        {
            yield return $"{nameof(Images)}.{problem}";
        }
    }
}
