using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Worker.Models;

namespace Captioning.Worker.Hosting;

/// <summary>The model and how it runs.</summary>
internal sealed class EngineSettings
{
    /// <summary>The model: its id or its folder. Default: the one that the project recommends, or the only one.</summary>
    public string? Model { get; set; }

    /// <summary>The folder of models. Default: that of the environment variable <c>CAPTIONING_MODELS</c>, else <c>models</c> here or beside the program.</summary>
    public string? Models { get; set; }

    /// <summary>The folder of voices. Default: that of the environment variable <c>CAPTIONING_VOICES</c>, else <c>voices</c> here or beside the program.</summary>
    public string? Voices { get; set; }

    /// <summary>Where inference runs: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads inside one operator, 0 to 256; 0 (the default) takes one per core.</summary>
    public int Threads { get; set; }

    /// <summary>Threads that decode images, 0 to 256; 0 (the default) takes one per core.</summary>
    public int DecodeThreads { get; set; }

    /// <summary>The most images in a batch, 1 to 1024. Default 16.</summary>
    public int MaxBatchSize { get; set; } = 16;

    /// <summary>How long a batch that is not full waits for more images, 0 to 10 seconds. Default 0: a batch is what waits.</summary>
    public TimeSpan MaxBatchDelay { get; set; }

    /// <summary>The most pixels of an image, in millions, above 0 and at most 1000. Default 100.</summary>
    public double MaxMegapixels { get; set; } = 100;

    /// <summary>How long decoding one image may take; above zero. Default 30 s.</summary>
    public TimeSpan DecodeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often to look whether another version of the model is to serve, from 1 second to 1 day. Default 10 s.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(10);

    public ModelFolder ModelFolder => new(AssetFolders.Models(Models));

    public string VoiceFolder => AssetFolders.Voices(Voices);

    public Device ParsedDevice => Inference.Runtime.Device.TryParse(Device, out Device device) ? device : Inference.Runtime.Device.Auto;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (!Inference.Runtime.Device.TryParse(Device, out _))
        {
            errors.Add($"{nameof(Device)} is '{Device}'; it must be auto, cpu, cuda or cuda:N.");
        }

        if (WatchInterval < TimeSpan.FromSeconds(1) || WatchInterval > TimeSpan.FromDays(1))
        {
            errors.Add($"{nameof(WatchInterval)} is {WatchInterval}; it must be from 00:00:01 to 1.00:00:00.");
        }

        // The folder of the model is looked for when the engine is loaded, and again until it is there.
        errors.AddRange(ToOptions("-", int.MaxValue).Validate().Select(problem => problem.EndsWith('.') ? problem : problem + '.'));
        return errors;
    }

    /// <summary>The engine's own settings.</summary>
    /// <param name="modelPath">The folder of the model.</param>
    /// <param name="maxBytes">The largest image in bytes.</param>
    public CaptionEngineOptions ToOptions(string modelPath, int maxBytes)
    {
        CaptionEngineOptions options = new()
        {
            ModelPath = modelPath,
            Device = ParsedDevice,
            Threads = Threads,
            DecodeThreads = DecodeThreads,
            MaxBatchSize = MaxBatchSize,
            MaxBatchDelay = MaxBatchDelay,
        };
        options.QueueCapacity = Math.Clamp(Messaging.RequestEndpoint.UnderWay(options), 1, 100_000);
        options.Images.MaxBytes = Math.Min(maxBytes, 1 << 30);
        options.Images.MaxMegapixels = MaxMegapixels;
        options.Images.MemoryLimit = Math.Max(options.Images.MemoryLimit, (long)(MaxMegapixels * 1e6 * 10));
        options.Images.TimeLimit = DecodeTimeout;
        return options;
    }
}
