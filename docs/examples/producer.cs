#!/usr/bin/env dotnet
#:package MassTransit.RabbitMQ
#:project ../../Captioning.Contracts
#:property PublishAot=false
#:property RunAnalyzers=false

// Has photos captioned over RabbitMQ, with MassTransit.
//
//     dotnet run docs/examples/producer.cs amqp://broker:5672/ /photos/*.jpg
//
// Publishes a request for each path and prints the answers as they come. The paths must mean the same to the workers, who
// must be allowed to read them (captioning serve --folder).
using System.Threading.Channels;
using Captioning.Contracts;
using MassTransit;

string run = Guid.NewGuid().ToString();
Channel<object> answers = Channel.CreateUnbounded<object>();
IBusControl bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
{
    rabbit.Host(new Uri(args[0]));

    // A queue of our own, bound to the answers before the first request is sent.
    rabbit.ReceiveEndpoint($"answers-{run}", answersQueue =>
    {
        answersQueue.Handler<ImageCaptioned>(context => answers.Writer.WriteAsync(context.Message).AsTask());
        answersQueue.Handler<CaptionFailed>(context => answers.Writer.WriteAsync(context.Message).AsTask());
        answersQueue.AutoDelete = true;
    });
});
await bus.StartAsync();

// The answers carry the id, and a worker that gets the same id again gives the same answer again.
HashSet<string> waiting = new(StringComparer.Ordinal);
for (int i = 1; i < args.Length; i++)
{
    string id = $"{run}/{i}";
    waiting.Add(id);
    await bus.Publish(new CaptionImage { RequestId = id, Image = FileUri(args[i]) });
}

while (waiting.Count > 0)
{
    // Answers may come twice, after a worker has died for example; and others publish requests too.
    (string requestId, string text) = await answers.Reader.ReadAsync() switch
    {
        ImageCaptioned captioned => (captioned.RequestId, captioned.Caption),
        CaptionFailed failed => (failed.RequestId, $"{failed.Reason}: {failed.Message}"),
        _ => throw new InvalidOperationException("Nothing else is written to the channel."),
    };
    if (waiting.Remove(requestId))
    {
        Console.WriteLine(text);
    }
}

await bus.StopAsync();

// Class Uri takes what looks like an escape in a file's name for one.
static string FileUri(string path) => "file://" + string.Join('/', Path.GetFullPath(path).Split('/').Select(Uri.EscapeDataString));
