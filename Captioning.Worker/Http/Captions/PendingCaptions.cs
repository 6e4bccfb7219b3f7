namespace Captioning.Worker.Http.Captions;

/// <summary>Captions that are not there yet.</summary>
/// <param name="Results">One for each image, in the order of the request.</param>
internal sealed record PendingCaptions(IReadOnlyList<PendingCaption> Results);
