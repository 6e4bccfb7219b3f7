namespace Captioning.Worker.Sources;

/// <summary>Which S3 service is used, and as whom.</summary>
internal sealed class S3Options
{
    /// <summary>The service's URL, for services other than Amazon's: <c>http://minio:9000</c>. Default: Amazon's, by <see cref="Region"/>.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>
    /// The region, such as <c>eu-central-1</c>. Default: what the environment says (<c>AWS_REGION</c>, the shared
    /// configuration, the machine's own); <c>us-east-1</c> where <see cref="ServiceUrl"/> is set.
    /// </summary>
    public string? Region { get; set; }

    /// <summary>Whether the bucket is part of the URL's path rather than of its host, as most services other than Amazon's want it. Default false.</summary>
    public bool ForcePathStyle { get; set; }

    /// <summary>
    /// A file that holds the access key's id; surrounding white space does not count. Default: none, and credentials are looked for
    /// where every AWS program looks (environment variables, shared files, the machine's role).
    /// </summary>
    public string? AccessKeyFile { get; set; }

    /// <summary>A file that holds the secret access key. Set together with <see cref="AccessKeyFile"/>.</summary>
    public string? SecretKeyFile { get; set; }

    /// <summary>How often a failed request is repeated before the failure counts. From 0 to 10; default 2.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (ServiceUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
        {
            errors.Add($"{nameof(ServiceUrl)} is '{SourceName.Of(url)}'; it must be an http: or https: URL.");
        }

        if (AccessKeyFile is null != SecretKeyFile is null)
        {
            errors.Add($"{nameof(AccessKeyFile)} and {nameof(SecretKeyFile)} must be set together or not at all.");
        }

        if (AccessKeyFile is { } access && !File.Exists(access))
        {
            errors.Add($"{nameof(AccessKeyFile)} is '{access}'; there is no such file.");
        }

        if (SecretKeyFile is { } secret && !File.Exists(secret))
        {
            errors.Add($"{nameof(SecretKeyFile)} is '{secret}'; there is no such file.");
        }

        if (Retries is < 0 or > 10)
        {
            errors.Add($"{nameof(Retries)} is {Retries}; it must be from 0 to 10.");
        }

        return errors;
    }
}
