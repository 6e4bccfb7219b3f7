using System.Text.Json.Serialization;

namespace Captioning.Trainer.Training;

/// <summary>JSON of <see cref="TrainingState"/>.</summary>
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class TrainingStateJson : JsonSerializerContext;
