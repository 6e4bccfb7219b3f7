namespace Captioning.Trainer.Tests;

/// <summary>The folder of data that may not enter the repository: "shared" beside it, or what CAPTIONING_SHARED names.</summary>
internal static class SharedFolder
{
    public static string File(params string[] parts)
    {
        var path = Path.Combine([Root(), .. parts]);
        Assert.True(System.IO.File.Exists(path), $"{path} is missing; tests that need shared/ read it from beside the repository or from CAPTIONING_SHARED.");
        return path;
    }

    private static string Root() => Environment.GetEnvironmentVariable("CAPTIONING_SHARED") is { Length: > 0 } named
        ? named
        : Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared"));
}
