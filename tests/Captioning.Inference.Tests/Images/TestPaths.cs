namespace Captioning.Inference.Tests.Images;

/// <summary>Where the repository and the folder of shared data lie.</summary>
internal static class TestPaths
{
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder <c>shared</c> beside the repository, or the one that CAPTIONING_SHARED names.</summary>
    public static string Shared
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("CAPTIONING_SHARED")
                ?? Path.Combine(Path.GetDirectoryName(Repository)!, "shared");
            Assert.True(Directory.Exists(path), $"This test needs the shared data, and there is no folder '{path}'. Set CAPTIONING_SHARED.");
            return path;
        }
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Captioning.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Captioning.sln is in no folder above the tests.");
    }
}
