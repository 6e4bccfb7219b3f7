namespace Captioning.Worker.Output;

/// <summary>One JSON array, failures among its elements, one element a line.</summary>
internal sealed class JsonArrayWriter(TextWriter output) : IResultWriter
{
    private bool _any;

    public void Write(CaptionResult result)
    {
        output.Write((_any ? ",\n" : "[\n") + ResultJson.Line(result));
        _any = true;
    }

    public void Complete()
    {
        output.Write(_any ? "\n]\n" : "[]\n");
        output.Flush();
    }
}
