using System.Text;

namespace Captioning.Worker.Output;

/// <summary>The folder of <c>--output</c>: a text for every caption, and <c>captions.jsonl</c> with all results of the run.</summary>
internal sealed class OutputFolder : IDisposable
{
    public const string IndexName = "captions.jsonl";

    private readonly StreamWriter _index;

    /// <summary>Makes the folder and starts its index afresh.</summary>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be made or written to.</exception>
    public OutputFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        _index = new StreamWriter(Path.Join(folder, IndexName), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    /// <summary>Writes a caption's text to <paramref name="stem"/><c>.txt</c> and the result to the index.</summary>
    public void Write(CaptionResult result, string? stem)
    {
        if (result.Captioned is { } captioned && stem is not null)
        {
            byte[] text = Encoding.UTF8.GetBytes(captioned.Caption + '\n');
            AtomicFile.Write(
                stem + OutputNames.TextExtension,
                stream =>
                {
                    stream.Write(text);
                    return text.Length;
                },
                flushToDisk: false);
        }

        _index.Write(ResultJson.Line(result) + '\n');
    }

    public void Dispose() => _index.Dispose();
}
