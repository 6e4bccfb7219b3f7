using Captioning.Contracts;
using Captioning.Worker.Output;

namespace Captioning.Worker.Tests;

/// <summary>Results to print and to keep.</summary>
internal static class Results
{
    public static CaptionResult Captioned(string path, string caption = "A dog runs.", SpeechAudio? audio = null, string? speechError = null) => new(
        path,
        new ImageCaptioned
        {
            RequestId = "1",
            Caption = caption,
            Score = -1.25,
            LogProbability = -5.5,
            Candidates = [new CaptionCandidate(caption, -1.25)],
            Words = [new CaptionWord("a", -0.5)],
            Model = new ModelReference("model", "1.0.0"),
            Image = new ImageProperties("abc", 10, 4, 3, "png"),
            Audio = audio,
            SpeechError = speechError,
            Timings = new StageTimings(0.5, 0.25, 0.125),
            Worker = "test",
        },
        null);

    public static CaptionResult Failed(string path, FailureReason reason = FailureReason.Unreadable, string message = "It is damaged.") => new(
        path,
        null,
        new CaptionFailed { RequestId = "1", Reason = reason, Message = message, Retryable = false, Worker = "test" });
}
