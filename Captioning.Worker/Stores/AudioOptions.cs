using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Stores;

/// <summary>Where speech is written.</summary>
internal sealed class AudioOptions
{
    /// <summary>
    /// Where speech goes whose request names no destination: a folder's path, a <c>file:</c> URI or <c>s3://bucket/prefix</c>.
    /// Default: the folder <c>audio</c> in the working directory.
    /// </summary>
    public string Location { get; set; } = "audio";

    /// <summary>Where requests may have speech written besides, at any depth: folders or prefixes as in <see cref="Location"/>. Default: nowhere.</summary>
    public IList<string> Destinations { get; } = [];

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors() =>
    [
        .. Destinations.Prepend(Location)
            .Where(place => ToUri(place) is null)
            .Select(place => $"'{SourceName.Of(place)}' is no place for speech; it must be a folder's path, a file: URI of this machine or s3://bucket/prefix."),
    ];

    /// <summary>A place as a URI without a slash at its end; null where it is none.</summary>
    public static string? ToUri(string place)
    {
        string trimmed = place.TrimEnd('/');
        if (trimmed.StartsWith("s3:", StringComparison.OrdinalIgnoreCase))
        {
            return S3Uri.TryParse($"{trimmed}/{AudioName.Extension}", out _) ? trimmed : null;
        }

        if (trimmed.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return FileUri.TryGetPath(trimmed, out _) ? trimmed : null;
        }

        return trimmed.Length == 0 || trimmed.Contains("://", StringComparison.Ordinal) || trimmed.Contains('\0') ? null : FileUri.FromPath(trimmed);
    }
}
