using System.Text.Json;

namespace Captioning.Inference.Tests;

/// <summary>Where the tests find the repository's files and the reference data beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Captioning.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The shipped model.</summary>
    public static string Model { get; } = Path.Combine(Root, "models", "efficientnet-lite2-260-flickr8k");

    /// <summary>A file of the tests' own data.</summary>
    public static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    /// <summary>One of the sample photos.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    /// <summary>A file of the shared reference data. Tests that call this carry [Trait("Needs", "shared")].</summary>
    public static string Shared(string path)
    {
        string folder = Environment.GetEnvironmentVariable("CAPTIONING_SHARED") ?? Path.Combine(Root, "..", "shared");
        return Directory.Exists(folder)
            ? Path.Combine(folder, path)
            : throw new DirectoryNotFoundException($"This test needs the shared reference data, which is not at '{folder}'. Set CAPTIONING_SHARED to its folder.");
    }

    /// <summary>Reads a JSON file.</summary>
    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Captioning.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The tests must run from a folder below Captioning.sln.");
    }
}
