namespace Captioning.Worker.Tests;

/// <summary>What the repository holds.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Samples { get; } = Path.Join(Root, "samples");

    public static string Models { get; } = Path.Join(Root, "models");

    public static string Voices { get; } = Path.Join(Root, "voices");

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Join(folder.FullName, "Captioning.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not lie below the repository.");
    }
}
