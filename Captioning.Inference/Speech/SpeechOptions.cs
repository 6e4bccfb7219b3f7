namespace Captioning.Inference.Speech;

/// <summary>How a text is spoken. Null means what the voice's own configuration says.</summary>
public sealed record SpeechOptions
{
    /// <summary>The speaker of a voice that has several: a name or an id.</summary>
    /// <value>The default is the voice's own default speaker.</value>
    public string? Speaker { get; init; }

    /// <summary>How much the sound varies, 0 to 2. At 0, together with <see cref="NoiseW"/>, a text always sounds the same.</summary>
    /// <value>The default is the voice's own, most often 0.667.</value>
    public float? NoiseScale { get; init; }

    /// <summary>How long phonemes last, 0.1 to 10: 2 speaks at half the speed.</summary>
    /// <value>The default is the voice's own, most often 1.</value>
    public float? LengthScale { get; init; }

    /// <summary>How much the length of phonemes varies, 0 to 2.</summary>
    /// <value>The default is the voice's own, most often 0.8.</value>
    public float? NoiseW { get; init; }

    /// <summary>Silence between two sentences, 0 to 60 seconds; none follows the last.</summary>
    /// <value>The default is zero, as in Piper.</value>
    public TimeSpan SentenceSilence { get; init; }

    /// <summary>The factor that samples are multiplied with before they are clipped, 0 to 10.</summary>
    /// <value>The default is 1.</value>
    public float Volume { get; init; } = 1;

    /// <summary>Whether each sentence is first scaled so that its loudest sample is full scale.</summary>
    /// <value>The default is true, as in Piper.</value>
    public bool Normalize { get; init; } = true;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        Check(nameof(NoiseScale), NoiseScale, 0, 2);
        Check(nameof(LengthScale), LengthScale, 0.1, 10);
        Check(nameof(NoiseW), NoiseW, 0, 2);
        Check(nameof(SentenceSilence), SentenceSilence.TotalSeconds, 0, 60);
        Check(nameof(Volume), Volume, 0, 10);
    }

    private static void Check(string name, double? value, double least, double most)
    {
        // Written so that NaN fails too.
        if (value is { } v && !(v >= (float)least && v <= most))
        {
            throw new ArgumentOutOfRangeException(name, v, $"{name} must be between {least} and {most}.");
        }
    }
}
