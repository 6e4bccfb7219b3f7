using System.Globalization;
using System.Text.Json.Serialization;
using Captioning.Contracts;
using Captioning.Worker.Requests;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http.Captions;

/// <summary>What is asked for: the body of a JSON request; the fields of a form and the query have the same names.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CaptionRequest
{
    /// <summary>The image's URI, or the path of a sample; either this or <c>images</c>.</summary>
    public string? Image { get; init; }

    /// <summary>The URIs of several images, or paths of samples.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>The client's own name for the request, up to 200 characters, where there is one image. The same name gets the same answer again.</summary>
    public string? RequestId { get; init; }

    /// <summary>How many captions to return, best first: 1 to 20. 1 by default.</summary>
    public int? Candidates { get; init; }

    /// <summary>The beam search's width, 1 (greedy search) to 20; the model's own by default.</summary>
    public int? Beam { get; init; }

    /// <summary>The id of the model; whichever the worker serves by default.</summary>
    public string? Model { get; init; }

    /// <summary>Whether to speak the caption before it is answered; an object says how.</summary>
    public SpeakRequest? Speak { get; init; }

    /// <summary>The id of the voice; the worker's own choice by default.</summary>
    public string? Voice { get; init; }

    /// <summary>How fast to speak, 0.25 to 4. 1 by default.</summary>
    public double? Speed { get; init; }

    /// <summary>When the answer is of no use any more, as an ISO 8601 time with its offset.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Words that the client already has for the image; echoed.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The client's own notes; echoed.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether to tell where the model looked for each word. False by default.</summary>
    public bool? Attention { get; init; }

    /// <summary>Sets what the query says.</summary>
    /// <exception cref="RequestFailedException">It says what there is not, or a value of the wrong type.</exception>
    public CaptionRequest With(IQueryCollection query) => query.Aggregate(
        this, (request, parameter) => parameter.Value.Aggregate(request, (current, value) => current.With(parameter.Key, value ?? string.Empty)));

    /// <summary>Sets an option by its name in forms and queries.</summary>
    /// <exception cref="RequestFailedException">There is none of that name, or the value is of the wrong type.</exception>
    public CaptionRequest With(string name, string value) => name switch
    {
        "requestId" => this with { RequestId = value },
        "candidates" => this with { Candidates = Integer(name, value) },
        "beam" => this with { Beam = Integer(name, value) },
        "model" => this with { Model = value },
        "speak" => this with { Speak = Boolean(name, value) ? new SpeakRequest() : null },
        "voice" => this with { Voice = value },
        "speed" => this with { Speed = Number(name, value) },
        "deadline" => this with { Deadline = Time(name, value) },
        "tags" => this with { Tags = [.. Tags ?? [], value] },
        "attention" => this with { Attention = Boolean(name, value) },
        _ => throw Wrong($"there is no option '{name}'"),
    };

    /// <summary>The request for one of the images, as the worker takes it. Speech is left to the API: it goes to the client, not into a store.</summary>
    /// <param name="requestId">The request's id.</param>
    /// <param name="image">The image's URI, or its name where it was uploaded.</param>
    public CaptionImage ToMessage(string requestId, string image) => new()
    {
        RequestId = requestId,
        Image = image,
        Candidates = Candidates ?? 1,
        Beam = Beam,
        Model = Model,
        Priority = CaptionPriority.Interactive,
        Deadline = Deadline,
        Tags = Tags,
        Metadata = Metadata,
    };

    /// <summary>How to speak the caption, whether it is to be spoken at once or not.</summary>
    public SpeakOptions ToSpeakOptions() => new() { Voice = Speak?.Voice ?? Voice, Speed = Speak?.Speed ?? Speed ?? 1 };

    /// <exception cref="RequestFailedException">Options are out of their range.</exception>
    public void Check()
    {
        RequestRules.Check(ToMessage(RequestId ?? "-", "-") with { Speak = ToSpeakOptions() });
        if (RequestId is { } id && string.IsNullOrWhiteSpace(id))
        {
            throw Wrong("requestId is empty");
        }
    }

    public static RequestFailedException Wrong(string problem) => new(FailureReason.InvalidRequest, $"The request is wrong: {problem}.");

    private static int Integer(string name, string value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw Wrong($"{name} is '{value}', which is no whole number");

    private static double Number(string name, string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        ? number
        : throw Wrong($"{name} is '{value}', which is no number");

    private static bool Boolean(string name, string value) => value switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Wrong($"{name} is '{value}'; it must be true or false"),
    };

    private static DateTimeOffset Time(string name, string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw Wrong($"{name} is '{value}', which is no time such as 2030-01-31T12:00:00Z");
}
