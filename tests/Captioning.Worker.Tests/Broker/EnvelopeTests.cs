using System.Collections.Concurrent;
using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Inputs;
using MassTransit;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

[Collection(BrokerGroup.Name)]
public sealed class EnvelopeTests(RabbitMqFixture fixture) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<object>> _events = new(StringComparer.Ordinal);
    private IBusControl _bus = null!;

    private static string Photo => FileUri.FromPath(Path.Join(Repository.Samples, "chelsea.png"));

    public async Task InitializeAsync()
    {
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(fixture.Broker.Host, (ushort)fixture.Broker.Port, "/", _ => { });
            rabbit.ReceiveEndpoint($"subscriber-{Guid.NewGuid():N}", endpoint =>
            {
                endpoint.AutoDelete = true;
                endpoint.Handler<ImageCaptioned>(context => Remember(context.Message.RequestId, context.Message));
                endpoint.Handler<CaptionFailed>(context => Remember(context.Message.RequestId, context.Message));
                endpoint.Handler<SpeechSynthesized>(context => Remember($"speech of {context.Message.RequestId}", context.Message));
            });
        });
        await _bus.StartAsync();
    }

    public Task DisposeAsync() => _bus.StopAsync();

    [Theory]
    [InlineData("caption-image")]
    [InlineData("caption-image-interactive")]
    public async Task Request_Photo_IsAnsweredAndPublished(string queue)
    {
        CaptionImage request = Request() with { Tags = ["кот"], Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["album"] = "cats" } };
        IRequestClient<CaptionImage> client = _bus.CreateRequestClient<CaptionImage>(new Uri($"exchange:{queue}"), RabbitMqFixture.Patience);

        ImageCaptioned answer = (await client.GetResponse<ImageCaptioned>(request)).Message;
        ImageCaptioned published = Assert.IsType<ImageCaptioned>(await EventAsync(request.RequestId));

        Assert.Equal(request.RequestId, answer.RequestId);
        Assert.Equal(["кот"], answer.Tags);
        Assert.Equal("cats", answer.Metadata?["album"]);
        Assert.NotNull(answer.Timings.Fetch);
        Assert.Equal((answer.Caption, answer.Score, answer.Image), (published.Caption, published.Score, published.Image));
    }

    [Fact]
    public async Task Publish_MissingPhoto_IsPublishedAsFailed()
    {
        CaptionImage request = Request() with { Image = FileUri.FromPath(Path.Join(Repository.Samples, "missing.png")) };

        await _bus.Publish(request);

        CaptionFailed failed = Assert.IsType<CaptionFailed>(await EventAsync(request.RequestId));
        Assert.Equal((FailureReason.NotFound, false), (failed.Reason, failed.Retryable));
    }

    [Fact]
    public async Task Publish_SpeakLater_IsCaptionedFirstAndSpokenThen()
    {
        CaptionImage request = Request() with { Speak = new SpeakOptions { Later = true } };

        await _bus.Publish(request);

        ImageCaptioned captioned = Assert.IsType<ImageCaptioned>(await EventAsync(request.RequestId));
        SpeechSynthesized speech = Assert.IsType<SpeechSynthesized>(await EventAsync($"speech of {request.RequestId}"));
        Assert.Null(captioned.Audio);
        Assert.Equal(captioned.Caption, speech.Caption);
        Assert.True(FileUri.TryGetPath(speech.Audio!.Uri, out string? path));
        Assert.StartsWith(fixture.AudioFolder, path, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Publish_SameIdTwice_IsWorkedOnOnceAndAnsweredTwice()
    {
        CaptionImage request = Request() with { Image = SmallImages.Uri(1_000_001) };
        IRequestClient<CaptionImage> client = _bus.CreateRequestClient<CaptionImage>(RabbitMqFixture.Patience);

        Response<ImageCaptioned>[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.GetResponse<ImageCaptioned>(request)));

        // How long the one piece of work took is part of the answer.
        string first = JsonSerializer.Serialize(answers[0].Message);
        Assert.All(answers, answer => Assert.Equal(first, JsonSerializer.Serialize(answer.Message)));
        Assert.True(answers[0].Message.Timings.Inference > 0);
    }

    [Fact]
    public async Task Publish_SameImageTwice_IsCaptionedOnce()
    {
        IRequestClient<CaptionImage> client = _bus.CreateRequestClient<CaptionImage>(RabbitMqFixture.Patience);

        ImageCaptioned first = (await client.GetResponse<ImageCaptioned>(Request() with { Image = SmallImages.Uri(1_000_002) })).Message;
        ImageCaptioned second = (await client.GetResponse<ImageCaptioned>(Request() with { Image = SmallImages.Uri(1_000_002) })).Message;

        Assert.Equal((first.Caption, first.Score, first.Image), (second.Caption, second.Score, second.Image));
        Assert.Equal((0, 0), (second.Timings.Decode, second.Timings.Inference));
    }

    [Fact]
    public async Task Send_UnknownMessageType_IsSkipped()
    {
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Broker);
        byte[] body = """{"messageId":"3f5a0000-0000-0000-0000-000000000001","messageType":["urn:message:Elsewhere:Other"],"message":{"a":1}}"""u8.ToArray();

        await client.SendAsync("caption-image", body, new BasicProperties { ContentType = "application/vnd.masstransit+json" });

        BasicGetResult skipped = await client.TakeAsync("caption-image_skipped");
        Assert.Equal(body, skipped.Body.ToArray());
    }

    [Fact]
    public async Task Send_EnvelopeWithoutId_GoesToTheErrorsWithTheReason()
    {
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Broker);
        byte[] body = """{"messageType":["urn:message:Captioning.Contracts:CaptionImage"],"message":{"image":"file:///a.jpg"}}"""u8.ToArray();

        await client.SendAsync("caption-image", body, new BasicProperties { ContentType = "application/vnd.masstransit+json" });

        BasicGetResult failed = await client.TakeAsync("caption-image_error");
        Assert.Equal(body, failed.Body.ToArray());
        Assert.Contains("requestId", BadMessages.Reason(failed), StringComparison.Ordinal);
    }

    private static CaptionImage Request() => new() { RequestId = Guid.NewGuid().ToString(), Image = Photo };

    private Task Remember(string key, object message)
    {
        Pending(key).TrySetResult(message);
        return Task.CompletedTask;
    }

    private Task<object> EventAsync(string key) => Pending(key).Task.WaitAsync(RabbitMqFixture.Patience);

    private TaskCompletionSource<object> Pending(string key) =>
        _events.GetOrAdd(key, _ => new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously));
}
