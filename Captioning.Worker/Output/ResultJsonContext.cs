using System.Text.Json.Serialization;

namespace Captioning.Worker.Output;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaptionLine))]
[JsonSerializable(typeof(FailureLine))]
internal sealed partial class ResultJsonContext : JsonSerializerContext;
