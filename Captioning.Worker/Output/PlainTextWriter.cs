namespace Captioning.Worker.Output;

/// <summary>Path, tab, caption. Failures are told on standard error alone.</summary>
internal sealed class PlainTextWriter(TextWriter output) : IResultWriter
{
    public void Write(CaptionResult result)
    {
        if (result.Captioned is { } captioned)
        {
            output.Write($"{result.Path}\t{captioned.Caption}\n");
            output.Flush();
        }
    }

    public void Complete()
    {
    }
}
