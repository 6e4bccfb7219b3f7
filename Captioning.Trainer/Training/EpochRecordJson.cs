using System.Text.Json.Serialization;

namespace Captioning.Trainer.Training;

/// <summary>JSON of <see cref="EpochRecord"/>: one line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EpochRecord))]
internal sealed partial class EpochRecordJson : JsonSerializerContext;
