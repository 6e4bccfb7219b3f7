using System.Text.Json.Serialization;

namespace Captioning.Contracts;

/// <summary>Why a request failed. Written as the name of the member.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureReason>))]
public enum FailureReason
{
    /// <summary>The worker could not do its own part: a defect, a full disk, a lost device.</summary>
    Internal,

    /// <summary>The image is damaged or cut short, or may not be read.</summary>
    Unreadable,

    /// <summary>The file is no image of a known format, or the request asks for what the worker does not offer.</summary>
    Unsupported,

    /// <summary>The image has more bytes or pixels than the worker accepts.</summary>
    TooLarge,

    /// <summary>The image's URI names a place that the worker does not read from.</summary>
    ForbiddenSource,

    /// <summary>There is nothing at the image's URI.</summary>
    NotFound,

    /// <summary>The image took longer to read and decode than the worker allows.</summary>
    TimedOut,

    /// <summary>The request's deadline had passed before the image was captioned.</summary>
    Expired,

    /// <summary>The request itself is wrong: a field is missing, is of the wrong type or has a value that is out of its range.</summary>
    InvalidRequest,
}
