using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MassTransit;

namespace Captioning.Worker.Messaging;

/// <summary>Connects to the broker.</summary>
internal static class RabbitMqConnection
{
    private const int Port = 5672;
    private const int TlsPort = 5671;

    /// <param name="rabbit">The bus.</param>
    /// <param name="options">The broker, checked.</param>
    /// <param name="name">What the broker's administrator sees.</param>
    public static void Configure(IRabbitMqBusFactoryConfigurator rabbit, BrokerOptions options, string name)
    {
        Uri uri = new(options.Uri!);
        bool tls = uri.Scheme == "amqps";
        string[] user = uri.UserInfo.Split(':', 2);
        string vhost = uri.AbsolutePath.Length <= 1 ? "/" : Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        ushort port = (ushort)(uri.Port > 0 ? uri.Port : tls ? TlsPort : Port);
        rabbit.Host(uri.Host, port, vhost, name, host =>
        {
            host.Username(options.User ?? Part(user, 0) ?? "guest");
            host.Password(options.Password ?? Part(user, 1) ?? "guest");
            host.Heartbeat(options.Heartbeat);
            if (tls)
            {
                host.UseSsl(ssl => Configure(ssl, options.Tls, uri.Host));
            }
        });
    }

    private static void Configure(IRabbitMqSslConfigurator ssl, TlsOptions options, string host)
    {
        // None leaves the choice to the operating system.
        ssl.Protocol = SslProtocols.None;
        ssl.ServerName = options.ServerName ?? host;
        if (options.CertificateFile is { } file)
        {
            ssl.Certificate = X509Certificate2.CreateFromPemFile(file, options.KeyFile ?? file);
        }

        if (options.AuthorityFile is { } authorities)
        {
            ssl.CertificateValidationCallback = Trust(authorities);
        }
    }

    /// <summary>Checks certificates against these authorities instead of the machine's.</summary>
    private static RemoteCertificateValidationCallback Trust(string file)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(file);
        return (_, certificate, _, errors) =>
        {
            if (certificate is not X509Certificate2 presented || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            {
                return false;
            }

            using X509Chain chain = new();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.ExtraStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(presented);
        };
    }

    private static string? Part(string[] user, int index) =>
        user.Length > index && user[index].Length > 0 ? Uri.UnescapeDataString(user[index]) : null;
}
