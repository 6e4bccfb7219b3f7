using System.Text.Encodings.Web;
using System.Text.Json;

namespace Captioning.Worker.Output;

/// <summary>One result as one line of JSON.</summary>
internal static class ResultJson
{
    // Paths stay readable: the lines go to files and pipes, never into HTML.
    private static readonly ResultJsonContext Context = new(new JsonSerializerOptions(ResultJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Line(CaptionResult result) => result switch
    {
        { Captioned: { } c } => JsonSerializer.Serialize(
            new CaptionLine(
                result.Path, c.Caption, c.Score, c.LogProbability, c.Candidates, c.Words, c.Model, c.Image, c.Audio, c.SpeechError, c.Timings),
            Context.CaptionLine),
        { Failed: { } f } => JsonSerializer.Serialize(new FailureLine(result.Path, f.Message, f.Reason), Context.FailureLine),
        _ => throw new ArgumentException("A result is a caption or a failure.", nameof(result)),
    };
}
