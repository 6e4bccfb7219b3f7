using System.Collections;
using System.CommandLine;
using Captioning.Worker.Hosting;
using Captioning.Worker.Messaging;
using Microsoft.Extensions.Configuration;

namespace Captioning.Worker.Cli;

/// <summary>Which broker a verb talks to: <c>--broker</c>, and the environment for the rest, as for the service.</summary>
internal sealed class BrokerArguments
{
    public Option<string?> Broker { get; } = new("--broker")
    {
        Description = "The RabbitMQ broker: amqp://host:5672/vhost, or amqps:. Default: CAPTIONING__BROKER__URI. A password is better kept in CAPTIONING__BROKER__PASSWORD_FILE.",
        HelpName = "uri",
    };

    /// <exception cref="UsageException">Settings are wrong, or there is no broker.</exception>
    public BrokerOptions Read(ParseResult parse)
    {
        ConfigurationManager configuration = new();
        configuration.AddEnvironmentVariables();
        configuration.AddSecretFiles(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)));
        if (parse.GetValue(Broker) is { } uri)
        {
            configuration[$"{ServiceOptions.Section}:{nameof(ServiceOptions.Broker)}:{nameof(BrokerOptions.Uri)}"] = uri;
        }

        BrokerOptions options = ServiceConfiguration.Read(configuration).Broker;
        return options.IsConfigured ? options : throw new UsageException("There is no broker to ask; give --broker amqp://host:5672/.");
    }
}
