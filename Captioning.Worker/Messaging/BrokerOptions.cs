namespace Captioning.Worker.Messaging;

/// <summary>The RabbitMQ broker.</summary>
internal sealed class BrokerOptions
{
    /// <summary>
    /// The broker's address: <c>amqp://host:5672/vhost</c>, or <c>amqps://host:5671/vhost</c> for TLS. Default: none, and
    /// requests are taken over HTTP only.
    /// </summary>
    public string? Uri { get; set; }

    /// <summary>The user. Default: that of <see cref="Uri"/>, else <c>guest</c>.</summary>
    public string? User { get; set; }

    /// <summary>The password. Default: that of <see cref="Uri"/>, else <c>guest</c>.</summary>
    public string? Password { get; set; }

    /// <summary>TLS, for <c>amqps</c>.</summary>
    public TlsOptions Tls { get; } = new();

    /// <summary>How often to make sure that the broker is there, from 1 second to 10 minutes. Default 30 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether there is a broker.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(Uri);

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        bool tls = false;
        if (IsConfigured)
        {
            // The value stays unsaid: it may hold the password.
            if (!System.Uri.TryCreate(Uri, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
            {
                errors.Add($"{nameof(Uri)} is no address of a broker; it must look like amqp://host:5672/vhost or amqps://host:5671/vhost.");
            }
            else
            {
                tls = uri.Scheme == "amqps";
                if (uri.AbsolutePath.TrimStart('/').Contains('/', StringComparison.Ordinal))
                {
                    errors.Add($"{nameof(Uri)} has a virtual host with a slash in it; write it as %2F.");
                }
            }
        }

        if (Heartbeat < TimeSpan.FromSeconds(1) || Heartbeat > TimeSpan.FromMinutes(10))
        {
            errors.Add($"{nameof(Heartbeat)} is {Heartbeat}; it must be from 00:00:01 to 00:10:00.");
        }

        errors.AddRange(Tls.FindErrors(tls).Select(error => $"{nameof(Tls)}: {error}"));
        return errors;
    }
}
