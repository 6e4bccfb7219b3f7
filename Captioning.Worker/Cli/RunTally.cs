using System.Globalization;
using Captioning.Worker.Output;

namespace Captioning.Worker.Cli;

/// <summary>How far a run has come.</summary>
internal readonly record struct RunTally(long Captioned, long Failed, long Unspoken, TimeSpan Elapsed)
{
    public long Done => Captioned + Failed;

    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? Captioned / Elapsed.TotalSeconds : 0;

    /// <summary>Counts a result, and tells of its failure.</summary>
    public RunTally Add(CaptionResult result, Terminal terminal)
    {
        if (result.Failed is { } failed)
        {
            terminal.Error($"{failed.Message} [{failed.Reason}]");
            return this with { Failed = Failed + 1 };
        }

        if (result.Captioned is { SpeechError: { } error })
        {
            terminal.Error($"The caption of '{result.Path}' could not be spoken: {error}");
            return this with { Captioned = Captioned + 1, Unspoken = Unspoken + 1 };
        }

        return this with { Captioned = Captioned + 1 };
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Count(Captioned, "image")}, {Count(Failed, "failure")}{Silent}, {ImagesPerSecond:F1} images/s");

    private string Silent => Unspoken == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {Unspoken:N0} not spoken");

    private static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? string.Empty : "s")}");
}
