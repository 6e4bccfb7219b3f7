using System.Text.Json;
using Captioning.Contracts;

namespace Captioning.Worker.Tests.Consumers;

public sealed class MessageTests
{
    [Fact]
    public void CaptionImage_LeastThatAnyLanguageWrites_HasTheDocumentedDefaults()
    {
        CaptionImage request = JsonSerializer.Deserialize<CaptionImage>("""{"requestId":"1","image":"file:///a.jpg"}""", JsonSerializerOptions.Web)!;

        Assert.Equal(new CaptionImage { RequestId = "1", Image = "file:///a.jpg", Candidates = 1, Priority = CaptionPriority.Bulk }, request);
    }

    [Fact]
    public void CaptionFailed_Json_WritesNamesRatherThanNumbers()
    {
        CaptionFailed failed = new()
        {
            RequestId = "1",
            Reason = FailureReason.TooLarge,
            Message = "It is too large.",
            Retryable = false,
            Model = new ModelReference("m", "1"),
            Image = new ImageContent("00ff", 2),
            Elapsed = 0.5,
            Worker = "w",
            Tags = ["sea"],
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["album"] = "2024" },
        };

        Assert.Equal(
            """{"requestId":"1","reason":"TooLarge","message":"It is too large.","retryable":false,"model":{"id":"m","version":"1"},"image":{"sha256":"00ff","bytes":2},"elapsed":0.5,"worker":"w","tags":["sea"],"metadata":{"album":"2024"}}""",
            JsonSerializer.Serialize(failed, JsonSerializerOptions.Web));
    }
}
