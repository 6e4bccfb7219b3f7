using System.Text.Json;
using Captioning.Contracts;

namespace Captioning.Worker.Messaging;

/// <summary>What of a plain JSON message tells who asks, even where the rest is no <see cref="CaptionImage"/>.</summary>
internal sealed record JsonRequest
{
    public JsonElement? RequestId { get; init; }

    /// <summary>The id; null where there is none.</summary>
    public string? Id => RequestId switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Number } id => id.GetRawText(),
        _ => null,
    };

    /// <summary>A request to answer to.</summary>
    public CaptionImage ToRequest() => new() { RequestId = Id!, Image = string.Empty };
}
