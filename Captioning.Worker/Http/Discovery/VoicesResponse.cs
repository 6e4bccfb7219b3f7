using System.Text.Json.Serialization;

namespace Captioning.Worker.Http.Discovery;

/// <summary>The voices.</summary>
/// <param name="Voices">All that are in order, by their ids.</param>
/// <param name="Default">The one that speaks where none is asked for; null where none can speak.</param>
internal sealed record VoicesResponse(IReadOnlyList<VoiceResponse> Voices, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Default);
