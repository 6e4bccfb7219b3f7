namespace Captioning.Benchmarks;

/// <summary>Where the benchmarks find the repository's files.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Model { get; } = Path.Combine(Root, "models", "efficientnet-lite2-260-flickr8k");

    public static string Voice { get; } = Path.Combine(Root, "voices", "en_US-joe-medium");

    public static string Samples { get; } = Path.Combine(Root, "samples");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Captioning.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The benchmarks must run from a folder below Captioning.sln.");
    }
}
