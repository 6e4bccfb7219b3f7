using System.Text.Json;
using System.Text.Json.Serialization;

namespace Captioning.Worker.Http.Captions;

/// <summary>Reads <c>true</c> and <c>false</c> besides the object.</summary>
internal sealed class SpeakRequestConverter : JsonConverter<SpeakRequest>
{
    public override SpeakRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return new SpeakRequest();
            case JsonTokenType.False:
                return null;
            default:
                Fields? fields = JsonSerializer.Deserialize<Fields>(ref reader, options);
                return fields is null ? null : new SpeakRequest { Voice = fields.Voice, Speed = fields.Speed };
        }
    }

    public override void Write(Utf8JsonWriter writer, SpeakRequest value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Fields(value.Voice, value.Speed), options);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Fields(string? Voice, double? Speed);
}
