using System.Text.Json;

namespace Captioning.Tests;

/// <summary>Where tests and benchmarks find the repository's files and the reference data beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Captioning.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of models.</summary>
    public static string Models { get; } = Path.Combine(Root, "models");

    /// <summary>The shipped model.</summary>
    public static string Model { get; } = Path.Combine(Models, "efficientnet-lite2-260-flickr8k");

    /// <summary>The version of the shipped model.</summary>
    public static string ModelVersion { get; } = Json(Path.Combine(Model, "model.json")).GetProperty("version").GetString()!;

    /// <summary>The folder of voices.</summary>
    public static string Voices { get; } = Path.Combine(Root, "voices");

    /// <summary>The shipped voice.</summary>
    public static string Voice { get; } = Path.Combine(Voices, "en_US-joe-medium");

    /// <summary>The folder of sample photos.</summary>
    public static string Samples { get; } = Path.Combine(Root, "samples");

    /// <summary>One of the sample photos.</summary>
    public static string Sample(string name) => Path.Combine(Samples, name);

    /// <summary>A file of the tests' own data.</summary>
    public static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    /// <summary>
    /// A file of the reference data: in the folder "shared" beside the repository, or in the one that CAPTIONING_SHARED names. Tests
    /// that call this carry [Trait("Needs", "shared")].
    /// </summary>
    public static string Shared(params string[] parts)
    {
        string folder = Environment.GetEnvironmentVariable("CAPTIONING_SHARED") is { Length: > 0 } named ? named : Path.GetFullPath(Path.Combine(Root, "..", "shared"));
        string path = Path.Combine([folder, .. parts]);
        return Path.Exists(path)
            ? path
            : throw new FileNotFoundException($"This test needs the shared reference data, and there is no '{path}'. Set CAPTIONING_SHARED to its folder.");
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

        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Captioning.sln.");
    }
}
