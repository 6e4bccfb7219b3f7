namespace Captioning.Worker.Models;

/// <summary>Finds the folders of models and voices.</summary>
internal static class AssetFolders
{
    public const string ModelsVariable = "CAPTIONING_MODELS";
    public const string VoicesVariable = "CAPTIONING_VOICES";

    /// <summary>The folder of model bundles: as given, else of the environment, else found.</summary>
    public static string Models(string? given) => Find("models", given, ModelsVariable);

    /// <summary>The folder of voices: as given, else of the environment, else found.</summary>
    public static string Voices(string? given) => Find("voices", given, VoicesVariable);

    private static string Find(string name, string? given, string variable) =>
        NonEmpty(given) ?? NonEmpty(Environment.GetEnvironmentVariable(variable)) ?? Search(name, Directory.GetCurrentDirectory(), AppContext.BaseDirectory);

    /// <summary>The current folder's own comes first; then that of the nearest folder above the program that has one.</summary>
    internal static string Search(string name, string current, string program)
    {
        string here = Path.Join(current, name);
        if (Directory.Exists(here))
        {
            return here;
        }

        for (DirectoryInfo? folder = new(program); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Join(folder.FullName, name);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return here;
    }

    private static string? NonEmpty(string? path) => string.IsNullOrWhiteSpace(path) ? null : path;
}
