namespace Captioning.Worker.Sources;

/// <summary>Where images may be read from.</summary>
internal sealed class ImageSourceOptions
{
    /// <summary>Bytes of one image at most, whatever its source. From 1 to 1 GiB; default 32 MiB.</summary>
    public int MaxBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes of an image that the request itself carries (<c>data:</c>), at most; brokers do not like large messages. From 0
    /// (none are read) to <see cref="MaxBytes"/>; default 1 MiB.
    /// </summary>
    public int MaxInlineBytes { get; set; } = 1024 * 1024;

    /// <summary>How long reading one image may take, redirects and all. More than zero, at most one hour; default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The folders that <c>file:</c> URIs may name files in, at any depth. Symbolic links are followed within these folders and
    /// nowhere else. Default: none, so that no file is read.
    /// </summary>
    public IList<string> Folders { get; } = [];

    /// <summary>The buckets that <c>s3:</c> URIs may name objects in. Default: none.</summary>
    public IList<string> Buckets { get; } = [];

    /// <summary>
    /// The folder of MassTransit's file system message data repository (the claim check pattern), which <c>urn:file:</c>
    /// URIs refer to. Default: none.
    /// </summary>
    public string? MessageDataFolder { get; set; }

    /// <summary>Which web servers are read from.</summary>
    public HttpSourceOptions Http { get; } = new();

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (MaxBytes is < 1 or > 1 << 30)
        {
            errors.Add($"{nameof(MaxBytes)} is {MaxBytes}; it must be from 1 to {1 << 30}.");
        }

        if (MaxInlineBytes < 0 || MaxInlineBytes > MaxBytes)
        {
            errors.Add($"{nameof(MaxInlineBytes)} is {MaxInlineBytes}; it must be from 0 to {nameof(MaxBytes)} ({MaxBytes}).");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{nameof(Timeout)} is {Timeout}; it must be more than 00:00:00 and at most 01:00:00.");
        }

        errors.AddRange(Folders
            .Where(folder => !Path.IsPathFullyQualified(folder))
            .Select(folder => $"{nameof(Folders)} has '{folder}'; it must be an absolute path."));
        errors.AddRange(Buckets
            .Where(bucket => !S3Uri.IsBucket(bucket))
            .Select(bucket => $"{nameof(Buckets)} has '{bucket}'; it must be the name of a bucket, such as 'photos'."));
        if (MessageDataFolder is { } folder && !Path.IsPathFullyQualified(folder))
        {
            errors.Add($"{nameof(MessageDataFolder)} is '{folder}'; it must be an absolute path.");
        }

        errors.AddRange(Http.FindErrors().Select(error => $"{nameof(Http)}: {error}"));
        return errors;
    }
}
