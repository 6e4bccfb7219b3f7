using Captioning.Worker.Inputs;

namespace Captioning.Worker.Cli;

/// <summary>The images that the paths of the command line stand for.</summary>
internal sealed class InputArguments(IReadOnlyList<string> paths, bool nulSeparated, Terminal terminal)
{
    public IEnumerable<InputImage> Expand() => InputExpander.Expand(paths, StandardInput());

    /// <summary>Counts ahead of the run, so that the progress has an end: null where standard input has a say.</summary>
    public Task<long?> CountAsync(CancellationToken cancellationToken) => paths.Contains(InputExpander.StandardInput)
        ? Task.FromResult<long?>(null)
        : Task.Run<long?>(() => InputExpander.Expand(paths, []).TakeWhile(_ => !cancellationToken.IsCancellationRequested).LongCount(), CancellationToken.None);

    private IEnumerable<string> StandardInput()
    {
        using TextReader reader = terminal.Input();
        foreach (string path in PathList.Read(reader, nulSeparated))
        {
            yield return path;
        }
    }
}
