using System.Text.Json;
using Captioning.Contracts;

namespace Captioning.Worker.Messaging;

/// <summary>What of a plain JSON message tells who asks, even where the rest is no <see cref="CaptionImage"/>.</summary>
internal sealed record JsonRequest
{
    public JsonElement? RequestId { get; init; }

    /// <summary>The id; null where there is none.</summary>
    public string? Id => RequestId is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;

    /// <summary>A request to answer to.</summary>
    public CaptionImage ToRequest() => new() { RequestId = Id!, Image = string.Empty };
}
