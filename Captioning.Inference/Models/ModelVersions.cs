using System.Text;

namespace Captioning.Inference.Models;

/// <summary>
/// A model's folder with several versions of it: each in a folder of the version's name, and the file <c>current</c>, which names
/// the one that serves. A model that has one version only may have its files in the folder itself.
/// </summary>
/// <param name="folder">The folder of the model.</param>
public sealed class ModelVersions(string folder)
{
    /// <summary>The file that holds the name of the version that serves.</summary>
    public const string CurrentFile = "current";

    /// <summary>The folder of the model.</summary>
    public string Folder { get; } = folder;

    /// <summary>Whether a folder is one of a model: of one version or of many.</summary>
    public static bool Exists(string folder) =>
        File.Exists(Path.Combine(folder, CurrentFile)) || File.Exists(Path.Combine(folder, ModelManifest.FileName));

    /// <summary>The versions that are kept, the oldest first.</summary>
    public IReadOnlyList<string> List()
    {
        IEnumerable<string> versions = Directory.Exists(Folder)
            ? Directory.EnumerateDirectories(Folder).Where(IsBundle).Select(path => Path.GetFileName(path)!).Where(name => name[0] != '.')
            : [];
        return [.. (Own() is { } own ? versions.Append(own) : versions).Distinct(StringComparer.Ordinal).OrderBy(version => version, VersionOrder.Instance)];
    }

    /// <summary>The folder of the version that serves.</summary>
    /// <exception cref="ModelLoadException">There is none, or the one that <c>current</c> names is not there.</exception>
    public string Current()
    {
        string? version = ReadCurrent();
        return version is null ? IsBundle(Folder) ? Folder : throw new ModelLoadException(Folder, $"there is neither {ModelManifest.FileName} nor {CurrentFile}")
            : FolderOf(version) ?? throw new ModelLoadException(Folder, $"{CurrentFile} names '{version}', which is not there");
    }

    /// <summary>The folder of a version.</summary>
    /// <exception cref="ModelLoadException">It is not there.</exception>
    public string this[string version] =>
        FolderOf(version) ?? throw new ModelLoadException(Folder, $"there is no version '{version}'; there are: {string.Join(", ", List())}");

    /// <summary>Makes a version serve that is there.</summary>
    /// <exception cref="ModelLoadException">It is not there.</exception>
    public void Use(string version)
    {
        _ = this[version];
        string temporary = Path.Combine(Folder, $".{Guid.NewGuid():N}.tmp");
        using (FileStream stream = new(temporary, FileMode.CreateNew))
        {
            stream.Write(Encoding.UTF8.GetBytes(version + '\n'));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path.Combine(Folder, CurrentFile), overwrite: true);
    }

    /// <summary>Takes a bundle into the model's folder and makes it serve.</summary>
    /// <param name="bundle">The bundle's folder, on the same file system; it is moved.</param>
    /// <param name="keep">How many versions to keep, that one and the files in the folder itself not counted; older ones are deleted.</param>
    /// <returns>Its version.</returns>
    /// <exception cref="ModelLoadException">The bundle is damaged, or its version is there already.</exception>
    public string Publish(string bundle, int keep)
    {
        string version = ModelBundle.Read(bundle).Manifest.Version;
        if (FolderOf(version) is not null)
        {
            throw new ModelLoadException(Folder, $"there is a version '{version}' already");
        }

        Directory.CreateDirectory(Folder);
        Directory.Move(bundle, Path.Combine(Folder, version));
        Use(version);
        foreach (string old in List().Where(other => other != version && IsBundle(Path.Combine(Folder, other))).Reverse().Skip(keep))
        {
            Directory.Delete(Path.Combine(Folder, old), recursive: true);
        }

        return version;
    }

    private static bool IsBundle(string path) => File.Exists(Path.Combine(path, ModelManifest.FileName));

    private string? FolderOf(string version)
    {
        // A name with a path in it could point anywhere on the machine.
        string path = Path.Combine(Folder, version);
        return version is not ("" or ['.', ..]) && version == Path.GetFileName(version) && IsBundle(path) ? path : version == Own() ? Folder : null;
    }

    private string? ReadCurrent()
    {
        try
        {
            return File.ReadAllText(Path.Combine(Folder, CurrentFile)).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(Folder, $"{CurrentFile} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The version of the files in the folder itself.</summary>
    private string? Own()
    {
        try
        {
            return IsBundle(Folder) ? ModelManifest.Read(Folder).Version : null;
        }
        catch (ModelLoadException)
        {
            return null;
        }
    }

    /// <summary>1.0.9 comes before 1.0.10; what are no numbers, by their characters.</summary>
    private sealed class VersionOrder : IComparer<string>
    {
        public static VersionOrder Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            Version.TryParse(x, out Version? first) && Version.TryParse(y, out Version? second) ? first.CompareTo(second) : string.CompareOrdinal(x, y);
    }
}
