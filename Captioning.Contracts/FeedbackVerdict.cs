using System.Text.Json.Serialization;

namespace Captioning.Contracts;

/// <summary>What a person thinks of a caption. Written as the name of the member.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeedbackVerdict>))]
public enum FeedbackVerdict
{
    /// <summary>The caption is wrong or says too little.</summary>
    Wrong,

    /// <summary>The caption is right.</summary>
    Right,
}
