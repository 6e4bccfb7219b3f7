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

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("CAPTIONING_SHARED") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Captioning.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.Parent?.FullName ?? "/", "shared");
    }
}
