namespace Captioning.Worker.Output;

/// <summary>One JSON object a line (jsonlines.org), failures among them.</summary>
internal sealed class JsonLinesWriter(TextWriter output) : IResultWriter
{
    public void Write(CaptionResult result)
    {
        output.Write(ResultJson.Line(result) + '\n');
        output.Flush();
    }

    public void Complete()
    {
    }
}
