using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Captioning.Worker.Cli;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Captioning.Worker.Messaging;

/// <summary>Connects to the broker.</summary>
internal static class RabbitMqConnection
{
    private const int DefaultPort = 5672;
    private const int TlsPort = 5671;
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromSeconds(1);

    /// <param name="rabbit">The bus.</param>
    /// <param name="options">The broker, checked.</param>
    /// <param name="name">What the broker's administrator sees.</param>
    public static void Configure(IRabbitMqBusFactoryConfigurator rabbit, BrokerOptions options, string name)
    {
        Endpoint endpoint = Endpoint.Of(options);
        rabbit.Host(endpoint.Host, (ushort)endpoint.Port, endpoint.VirtualHost, name, host =>
        {
            host.Username(endpoint.User);
            host.Password(endpoint.Password);
            host.Heartbeat(options.Heartbeat);
            if (endpoint.Tls)
            {
                host.UseSsl(ssl => Configure(ssl, options.Tls, endpoint.Host));
            }
        });
    }

    /// <summary>Connects without a bus.</summary>
    /// <param name="options">The broker, checked.</param>
    /// <param name="name">What the broker's administrator sees.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">The broker cannot be reached or refuses.</exception>
    public static async Task<IConnection> OpenAsync(BrokerOptions options, string name, CancellationToken cancellationToken)
    {
        Endpoint endpoint = Endpoint.Of(options);
        ConnectionFactory factory = new()
        {
            HostName = endpoint.Host,
            Port = endpoint.Port,
            VirtualHost = endpoint.VirtualHost,
            UserName = endpoint.User,
            Password = endpoint.Password,
            RequestedHeartbeat = options.Heartbeat,
            NetworkRecoveryInterval = RecoveryInterval,
        };
        if (endpoint.Tls)
        {
            factory.Ssl = new SslOption(options.Tls.ServerName ?? endpoint.Host, enabled: true) { Version = SslProtocols.None };
            if (options.Tls.CertificateFile is { } file)
            {
                factory.Ssl.Certs = [X509Certificate2.CreateFromPemFile(file, options.Tls.KeyFile ?? file)];
            }

            if (options.Tls.AuthorityFile is { } authorities)
            {
                factory.Ssl.CertificateValidationCallback = Trust(authorities);
            }
        }

        try
        {
            return await factory.CreateConnectionAsync(name, cancellationToken);
        }
        catch (BrokerUnreachableException e)
        {
            throw new UsageException($"The broker at {endpoint.Host}:{endpoint.Port} cannot be reached: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>What an address and the settings beside it say.</summary>
    private sealed record Endpoint(string Host, int Port, string VirtualHost, string User, string Password, bool Tls)
    {
        public static Endpoint Of(BrokerOptions options)
        {
            Uri uri = new(options.Uri!);
            bool tls = uri.Scheme == "amqps";
            string[] user = uri.UserInfo.Split(':', 2);
            return new Endpoint(
                uri.Host,
                uri.Port > 0 ? uri.Port : tls ? TlsPort : DefaultPort,
                uri.AbsolutePath.Length <= 1 ? "/" : Uri.UnescapeDataString(uri.AbsolutePath[1..]),
                options.User ?? Part(user, 0) ?? "guest",
                options.Password ?? Part(user, 1) ?? "guest",
                tls);
        }

        private static string? Part(string[] user, int index) =>
            user.Length > index && user[index].Length > 0 ? Uri.UnescapeDataString(user[index]) : null;
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
}
