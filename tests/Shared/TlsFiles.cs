using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Captioning.Tests;

/// <summary>An authority of the tests' own, and a certificate for localhost that it has signed, as PEM files.</summary>
internal sealed record TlsFiles(string Authority, string Certificate, string Key)
{
    public static TlsFiles Create(string folder, string name)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authority = new($"CN={name}", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(root, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return new TlsFiles(
            Write("authority", root.ExportCertificatePem()),
            Write("certificate", certificate.ExportCertificatePem()),
            Write("key", key.ExportPkcs8PrivateKeyPem()));

        string Write(string part, string pem)
        {
            string path = Path.Join(folder, $"{name}-{part}.pem");
            File.WriteAllText(path, pem);
            return path;
        }
    }
}
