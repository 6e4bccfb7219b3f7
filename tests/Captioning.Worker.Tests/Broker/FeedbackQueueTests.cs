using System.Text.Json;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

[Collection(BrokerGroup.Name)]
public sealed class FeedbackQueueTests(RabbitMqFixture rabbit)
{
    private const string Queue = "caption-feedback";

    [Fact]
    public async Task Post_WithBroker_WaitsInADurableQueueForTheTrainer()
    {
        byte[] small = SmallImages.Bmp(1);
        byte[] large = await File.ReadAllBytesAsync(Repository.Sample("coffee.png"));
        await using JsonClient client = await JsonClient.ConnectAsync(rabbit.Broker);

        foreach ((byte[] image, string type) in new[] { (small, "bmp"), (large, "jpeg") })
        {
            JsonElement caption = await PostAsync("/v1/captions", new ByteArrayContent(image) { Headers = { { "Content-Type", "image/*" } } });
            string id = caption.GetProperty("requestId").GetString()!;
            string json = JsonSerializer.Serialize(new { requestId = id, caption = "A cup of coffee.", verdict = "Wrong" });
            JsonElement accepted = await PostAsync("/v1/feedback", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));

            BasicGetResult message = await client.TakeAsync(Queue);
            JsonElement feedback = JsonSerializer.Deserialize<JsonElement>(message.Body.Span).GetProperty("message");
            Assert.True(message.BasicProperties.Persistent);
            Assert.Equal(accepted.GetProperty("feedbackId").GetString(), feedback.GetProperty("feedbackId").GetString());
            Assert.Equal(
                (id, "A cup of coffee.", "Wrong", caption.GetProperty("caption").GetString()),
                (feedback.GetProperty("requestId").GetString(), feedback.GetProperty("caption").GetString(), feedback.GetProperty("verdict").GetString(), feedback.GetProperty("judged").GetString()));
            Assert.Equal(caption.GetProperty("model").GetProperty("version").GetString(), feedback.GetProperty("model").GetProperty("version").GetString());
            string uri = feedback.GetProperty("image").GetString()!;
            Assert.StartsWith($"data:image/{type};base64,", uri, StringComparison.Ordinal);
            byte[] sent = Convert.FromBase64String(uri[(uri.IndexOf(',', StringComparison.Ordinal) + 1)..]);
            Assert.Equal(type == "bmp", sent.AsSpan().SequenceEqual(image));
        }

        // It can be declared again only as what it is.
        await client.Channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
    }

    private async Task<JsonElement> PostAsync(string path, HttpContent content)
    {
        using (content)
        {
            using HttpResponseMessage response = await rabbit.Http.PostAsync(path, content);
            string json = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, json);
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
    }
}
