using System.CommandLine;
using System.Text;
using System.Threading.Channels;
using Captioning.Worker.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning results</c>: shows the results of all requests in plain JSON as they come.</summary>
internal sealed class ResultsCommand : Command
{
    private readonly BrokerArguments _broker = new();

    private readonly Option<long?> _count = new("--count", "-n") { Description = "End after so many results. Default: go on until Ctrl-C.", HelpName = "n" };

    private readonly Terminal _terminal;

    public ResultsCommand(Terminal terminal)
        : base("results", "Follow what workers answer to requests in plain JSON, as JSON lines.")
    {
        _terminal = terminal;
        _count.Validators.Add(result => CaptionCommand.InRange(result, int.MaxValue));
        Add(_broker.Broker);
        Add(_count);
        SetAction((parse, cancellationToken) => RunAsync(_broker.Read(parse), parse.GetValue(_count) ?? long.MaxValue, cancellationToken));
    }

    private async Task<int> RunAsync(BrokerOptions broker, long count, CancellationToken cancellationToken)
    {
        await using IConnection connection = await RabbitMqConnection.OpenAsync(broker, "captioning results", cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Topology.JsonResults, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
        string queue = (await channel.QueueDeclareAsync(cancellationToken: cancellationToken)).QueueName;
        await channel.QueueBindAsync(queue, Topology.JsonResults, "#", cancellationToken: cancellationToken);

        Channel<string> lines = Channel.CreateUnbounded<string>();
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            // Workers write one line; who else does may not.
            await lines.Writer.WriteAsync(Encoding.UTF8.GetString(delivery.Body.Span).ReplaceLineEndings(" "), CancellationToken.None);
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        _terminal.Messages.WriteLine("Following results; Ctrl-C ends it.");
        for (long i = 0; i < count; i++)
        {
            string line = await lines.Reader.ReadAsync(cancellationToken);
            _terminal.Output.Write(line + '\n');
            _terminal.Output.Flush();
        }

        return ExitCode.Success;
    }
}
