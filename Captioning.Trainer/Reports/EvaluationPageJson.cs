using System.Text.Json.Serialization;

namespace Captioning.Trainer.Reports;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationPageData))]
internal sealed partial class EvaluationPageJson : JsonSerializerContext;
