using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Captioning.Worker.Sources;

/// <summary>
/// The name of an object in S3: <c>s3://bucket/key</c>. The key is taken literally, without percent-encoding, as by the AWS
/// command line.
/// </summary>
internal sealed record S3Uri(string Bucket, string Key)
{
    public const string Scheme = "s3";
    private const string Prefix = "s3://";
    private static readonly Regex BucketName = new(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Whether a bucket may have this name.</summary>
    public static bool IsBucket(string name) => BucketName.IsMatch(name);

    /// <summary>Reads a URI.</summary>
    /// <returns>False where it names no object.</returns>
    public static bool TryParse(string uri, [NotNullWhen(true)] out S3Uri? parsed)
    {
        parsed = null;
        if (!uri.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string[] parts = uri[Prefix.Length..].Split('/', 2);
        if (parts.Length < 2 || !IsBucket(parts[0]) || !IsKey(parts[1]))
        {
            return false;
        }

        parsed = new S3Uri(parts[0], parts[1]);
        return true;
    }

    // An HTTP client resolves "." and ".." in the path, where the bucket's name is, so that such keys could reach other buckets.
    private static bool IsKey(string key) =>
        key.Length is > 0 and <= 1024 && key[0] != '/' && !key.Split('/', '\\').Any(part => part is "." or "..") && !key.Any(char.IsControl);
}
