namespace Captioning.Worker.Messaging;

/// <summary>How the connection to the broker is encrypted.</summary>
internal sealed class TlsOptions
{
    /// <summary>The name that the broker's certificate must have. Default: the host of the address.</summary>
    public string? ServerName { get; set; }

    /// <summary>A PEM file of the authorities that may have signed the broker's certificate. Default: those that the machine trusts.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>A PEM file with the worker's own certificate. Default: none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the key of <see cref="CertificateFile"/>, unencrypted. Default: the key is in the same file.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    /// <param name="used">Whether the address asks for TLS.</param>
    public IReadOnlyList<string> FindErrors(bool used)
    {
        List<string> errors = [];
        if (!used && (ServerName ?? AuthorityFile ?? CertificateFile ?? KeyFile) is not null)
        {
            errors.Add("it is set, but the broker's address does not begin with amqps:.");
        }

        if (KeyFile is not null && CertificateFile is null)
        {
            errors.Add($"{nameof(KeyFile)} is set without {nameof(CertificateFile)}.");
        }

        foreach ((string name, string? file) in new[] { (nameof(AuthorityFile), AuthorityFile), (nameof(CertificateFile), CertificateFile), (nameof(KeyFile), KeyFile) })
        {
            if (file is not null && !File.Exists(file))
            {
                errors.Add($"{name} is '{file}'; there is no such file.");
            }
        }

        return errors;
    }
}
