namespace Captioning.Worker.Output;

/// <summary>Prints results in the order in which they are handed over, holding on to few of them.</summary>
internal interface IResultWriter
{
    public void Write(CaptionResult result);

    /// <summary>Prints what is still held and what belongs at the end.</summary>
    public void Complete();
}
