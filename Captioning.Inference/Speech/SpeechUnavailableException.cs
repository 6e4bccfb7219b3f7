namespace Captioning.Inference.Speech;

/// <summary>Speech cannot work here: espeak-ng or a voice is missing or broken. The message says what to do about it.</summary>
public sealed class SpeechUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    /// <param name="inner">The cause, where another library reported it.</param>
    public SpeechUnavailableException(string problem, string remedy, Exception? inner = null)
        : base($"Speech is unavailable: {problem} {remedy}", inner)
    {
    }
}
