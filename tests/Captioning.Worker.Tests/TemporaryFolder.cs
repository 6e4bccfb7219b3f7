namespace Captioning.Worker.Tests;

/// <summary>A folder of its own for a test, with a name that is hard on careless code.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Join(Path.GetTempPath(), $"captioning tests {Guid.NewGuid():N} ü%41#");

    public string Under(params string[] parts) => Path.Join([Root, .. parts]);

    /// <summary>Makes a file with some bytes in it.</summary>
    public string File(string relative, byte[]? content = null)
    {
        string path = Path.Join(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content ?? [1]);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
