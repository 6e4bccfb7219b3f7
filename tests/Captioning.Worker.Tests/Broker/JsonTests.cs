using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Captioning.Worker.Inputs;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

[Collection(BrokerGroup.Name)]
public sealed class JsonTests(RabbitMqFixture fixture) : IAsyncLifetime
{
    private const string Queue = "caption-image-json";
    private JsonClient _client = null!;

    private static string Photo => FileUri.FromPath(Path.Join(Repository.Samples, "chelsea.png"));

    public async Task InitializeAsync() => _client = await JsonClient.ConnectAsync(fixture.Broker);

    public Task DisposeAsync() => _client.DisposeAsync().AsTask();

    [Theory]
    [InlineData(Queue)]
    [InlineData("caption-image-json-interactive")]
    public async Task Ask_Photo_IsAnsweredInPlainJson(string queue)
    {
        string id = Guid.NewGuid().ToString();

        JsonClient.Reply reply = await _client.AskAsync(queue, new { requestId = id, image = Photo, candidates = 2, tags = new[] { "кот" } });

        Assert.Equal("ImageCaptioned", reply.Type);
        Assert.Equal(id, reply.Json.GetProperty("requestId").GetString());
        Assert.EndsWith(".", reply.Json.GetProperty("caption").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, reply.Json.GetProperty("candidates").GetArrayLength());
        Assert.Equal("кот", reply.Json.GetProperty("tags")[0].GetString());
        Assert.Equal("png", reply.Json.GetProperty("image").GetProperty("format").GetString());
        Assert.False(reply.Json.TryGetProperty("audio", out _));
    }

    [Fact]
    public async Task Send_WithoutReplyTo_IsAnsweredOnTheResultsExchange()
    {
        string results = await _client.BindResultsAsync();
        string id = Guid.NewGuid().ToString();

        await _client.SendAsync(Queue, JsonSerializer.SerializeToUtf8Bytes(new { requestId = id, image = Photo }), new BasicProperties { MessageId = "m 1" });

        BasicGetResult result = await _client.TakeAsync(results);
        Assert.Equal(("captioned", "ImageCaptioned", "m 1"), (result.RoutingKey, result.BasicProperties.Type, result.BasicProperties.CorrelationId));
        Assert.Equal(id, JsonSerializer.Deserialize<JsonElement>(result.Body.Span).GetProperty("requestId").GetString());
        Assert.Equal("application/json", result.BasicProperties.ContentType);
    }

    [Theory]
    [InlineData("""{"requestId":"?"}""", "InvalidRequest", "'image'")]
    [InlineData("""{"requestId":"?","image":null}""", "InvalidRequest", "image is missing")]
    [InlineData("""{"requestId":"?","image":"file:///a.jpg","beam":"wide"}""", "InvalidRequest", "beam")]
    [InlineData("""{"requestId":"?","image":"file:///a.jpg","speak":{"format":"mp3"}}""", "InvalidRequest", "speak.format")]
    [InlineData("""{"requestId":"?","image":"file:///a.jpg","deadline":"2020-01-01T00:00:00Z"}""", "Expired", "2020-01-01 00:00:00Z")]
    [InlineData("""{"requestId":"?","image":"data:image/png;base64,@@@@"}""", "Unreadable", "base64")]
    [InlineData("""{"requestId":"?","image":"data:image/png;base64,AAAA"}""", "Unsupported", "data:image/png")]
    [InlineData("""{"requestId":"?","image":"file:///etc/passwd"}""", "ForbiddenSource", "file:///etc/passwd")]
    [InlineData("""{"requestId":"?","image":"http://169.254.169.254/latest/"}""", "ForbiddenSource", "169.254.169.254")]
    public async Task Ask_WrongRequest_FailsWithItsReason(string request, string reason, string message)
    {
        string id = Guid.NewGuid().ToString();

        JsonClient.Reply reply = await _client.AskAsync(Queue, Encoding.UTF8.GetBytes(request.Replace("?", id, StringComparison.Ordinal)));

        Assert.Equal("CaptionFailed", reply.Type);
        Assert.Equal(id, reply.Json.GetProperty("requestId").GetString());
        Assert.Equal(reason, reply.Json.GetProperty("reason").GetString());
        Assert.False(reply.Json.GetProperty("retryable").GetBoolean());
        Assert.Contains(message, reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_BytesThatAreNoImage_TellsWhichBytesAndWhichModel()
    {
        JsonClient.Reply reply = await _client.AskAsync(Queue, new { requestId = Guid.NewGuid().ToString(), image = "data:image/png;base64,AAAA" });

        JsonElement image = reply.Json.GetProperty("image");
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData([0, 0, 0])), 3), (image.GetProperty("sha256").GetString(), image.GetProperty("bytes").GetInt32()));
        Assert.Equal("efficientnet-lite2-260-flickr8k", reply.Json.GetProperty("model").GetProperty("id").GetString());
        Assert.True(reply.Json.GetProperty("elapsed").GetDouble() > 0);
    }

    [Theory]
    [InlineData(150_000)]
    [InlineData(600_000)]
    public async Task Ask_TooLargeInline_IsTooLarge(int characters)
    {
        JsonClient.Reply reply = await _client.AskAsync(Queue, new { requestId = Guid.NewGuid().ToString(), image = $"data:image/png;base64,{new string('A', characters)}" });

        Assert.Equal("TooLarge", reply.Json.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("""{"requestId":""", "Expected depth")]
    [InlineData("""[1,2]""", "could not be converted")]
    [InlineData("""{"image":"file:///a.jpg"}""", "requestId")]
    [InlineData("""{"requestId":" ","image":"file:///a.jpg"}""", "requestId")]
    public async Task Send_Unanswerable_GoesToTheErrorsWithTheReasonAndTheQueueGoesOn(string body, string reason)
    {
        await _client.SendAsync(Queue, Encoding.UTF8.GetBytes(body));

        BasicGetResult failed = await _client.TakeAsync($"{Queue}_error");
        Assert.Equal(body, Encoding.UTF8.GetString(failed.Body.Span));
        Assert.Contains(reason, BadMessages.Reason(failed), StringComparison.Ordinal);
        JsonClient.Reply next = await _client.AskAsync(Queue, new { requestId = Guid.NewGuid().ToString(), image = Photo });
        Assert.Equal("ImageCaptioned", next.Type);
    }

    [Fact]
    public async Task Ask_ServerOutOfOrderForAWhile_IsTriedAgain()
    {
        JsonClient.Reply reply = await _client.AskAsync(Queue, new { requestId = Guid.NewGuid().ToString(), image = fixture.Pictures.Url("tired", 2) });

        Assert.Equal("ImageCaptioned", reply.Type);
        Assert.Equal(3, fixture.Pictures.Requests["tired"]);
    }

    [Fact]
    public async Task Ask_ServerOutOfOrder_FailsRetryable()
    {
        var request = new { requestId = Guid.NewGuid().ToString(), image = fixture.Pictures.Url("broken", 4) };

        JsonClient.Reply failed = await _client.AskAsync(Queue, request);
        JsonClient.Reply later = await _client.AskAsync(Queue, request);

        Assert.Equal(("Internal", true), (failed.Json.GetProperty("reason").GetString(), failed.Json.GetProperty("retryable").GetBoolean()));
        Assert.Equal("ImageCaptioned", later.Type);
    }

    [Fact]
    public async Task Ask_NoSuchPicture_FailsAtOnce()
    {
        JsonClient.Reply reply = await _client.AskAsync(Queue, new { requestId = Guid.NewGuid().ToString(), image = $"http://{fixture.Pictures.Host}/none" });

        Assert.Equal("NotFound", reply.Json.GetProperty("reason").GetString());
        Assert.Equal(1, fixture.Pictures.Requests["none"]);
    }
}
