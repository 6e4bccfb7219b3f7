using Captioning.Worker.Cli;

namespace Captioning.Trainer.Service;

/// <summary>The service's folder, held by one process at a time.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly FileStream _lock;

    private WorkFolder(FileStream held) => _lock = held;

    /// <summary>Makes the folder where it is missing, and holds it.</summary>
    /// <exception cref="UsageException">Another process has it, or it cannot be written.</exception>
    public static WorkFolder Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new WorkFolder(new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder {path} cannot be used, perhaps because another training service runs there: {e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();
}
