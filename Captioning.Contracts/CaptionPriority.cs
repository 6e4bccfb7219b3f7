using System.Text.Json.Serialization;

namespace Captioning.Contracts;

/// <summary>How soon somebody wants the answer. Written as the name of the member.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaptionPriority>))]
public enum CaptionPriority
{
    /// <summary>One of many, to be done when there is time.</summary>
    Bulk,

    /// <summary>Somebody is waiting: goes before all bulk requests.</summary>
    Interactive,
}
