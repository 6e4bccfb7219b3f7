namespace Captioning.Trainer.Tests;

/// <summary>The repository that the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Model => Path.Combine(Root, "models", "efficientnet-lite2-260-flickr8k");

    public static string Samples => Path.Combine(Root, "samples");

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Captioning.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Captioning.sln.");
    }
}
