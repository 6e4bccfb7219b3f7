namespace Captioning.Contracts;

/// <summary>What a person says of an image: what it shows, or what they think of a caption. The trainer learns from it.</summary>
public sealed record CaptionFeedback
{
    /// <summary>The sender's own name for this feedback, 1 to 200 characters. It is the idempotency key: feedback that comes twice counts once.</summary>
    public required string FeedbackId { get; init; }

    /// <summary>The image, as in <see cref="CaptionImage.Image"/>.</summary>
    public required string Image { get; init; }

    /// <summary>What the image shows, in a person's words or picked from the candidates; null where there is only a <see cref="Verdict"/>.</summary>
    public string? Caption { get; init; }

    /// <summary>What the person thinks of <see cref="Judged"/>; null where they did not say.</summary>
    public FeedbackVerdict? Verdict { get; init; }

    /// <summary>The caption that the person was shown; null where they were shown none.</summary>
    public string? Judged { get; init; }

    /// <summary>The model that wrote <see cref="Judged"/>.</summary>
    public ModelReference? Model { get; init; }

    /// <summary>The <see cref="CaptionImage.RequestId"/> that <see cref="Judged"/> was the answer to.</summary>
    public string? RequestId { get; init; }

    /// <summary>When the person said so.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The sender's own notes, kept with the feedback and not looked at.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
