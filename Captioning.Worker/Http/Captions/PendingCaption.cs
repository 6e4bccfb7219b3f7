namespace Captioning.Worker.Http.Captions;

/// <summary>A caption that is not there yet.</summary>
/// <param name="RequestId">The name that the answer will be kept under.</param>
/// <param name="Index">The image's place in the request, from 0.</param>
/// <param name="Name">The image's file name or URL.</param>
/// <param name="Status"><c>queued</c> or <c>working</c>.</param>
/// <param name="Links">Where to ask for it.</param>
internal sealed record PendingCaption(string RequestId, int Index, string Name, string Status, CaptionLinks Links);
