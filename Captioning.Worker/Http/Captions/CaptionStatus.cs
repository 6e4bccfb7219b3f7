namespace Captioning.Worker.Http.Captions;

/// <summary>How far a request is.</summary>
internal static class CaptionStatus
{
    /// <summary>It waits for its turn.</summary>
    public const string Queued = "queued";

    /// <summary>It is being worked on.</summary>
    public const string Working = "working";

    /// <summary>There is a caption.</summary>
    public const string Done = "done";
}
