namespace Captioning.Worker.Messaging;

/// <summary>The names of queues and exchanges; see <c>docs/messaging.md</c>. A queue's own exchange has the queue's name.</summary>
internal static class Topology
{
    /// <summary>Requests in MassTransit's envelope, one of many.</summary>
    public const string Bulk = "caption-image";

    /// <summary>Requests in MassTransit's envelope that somebody waits for.</summary>
    public const string Interactive = "caption-image-interactive";

    /// <summary>Requests in plain JSON, one of many.</summary>
    public const string JsonBulk = "caption-image-json";

    /// <summary>Requests in plain JSON that somebody waits for.</summary>
    public const string JsonInteractive = "caption-image-json-interactive";

    /// <summary>Feedback, in MassTransit's envelope, for the trainer.</summary>
    public const string Feedback = "caption-feedback";

    /// <summary>The news of new models; each worker's own queue has this and something that no other has for its name.</summary>
    public const string ModelPublished = "model-published";

    /// <summary>Commands to the trainer, in MassTransit's envelope.</summary>
    public const string Retrain = "retrain-model";

    /// <summary>The topic exchange of answers in plain JSON.</summary>
    public const string JsonResults = "caption-image-results";

    /// <summary>The routing key of captions.</summary>
    public const string CaptionedKey = "captioned";

    /// <summary>The routing key of failures.</summary>
    public const string FailedKey = "failed";

    /// <summary>The routing key of speech that follows a caption.</summary>
    public const string SpeechKey = "speech";
}
