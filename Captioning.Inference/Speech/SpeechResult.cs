namespace Captioning.Inference.Speech;

/// <summary>What was written by a synthesis.</summary>
/// <param name="SampleCount">Samples of the one channel, silence between sentences included.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Sentences">How many sentences were spoken; 0 where the text has nothing to say.</param>
public sealed record SpeechResult(long SampleCount, int SampleRate, int Sentences)
{
    /// <summary>How long the audio plays.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)SampleCount / SampleRate);
}
