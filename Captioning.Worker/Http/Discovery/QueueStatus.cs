namespace Captioning.Worker.Http.Discovery;

/// <summary>Images that wait or are being captioned.</summary>
/// <param name="Interactive">Those that somebody waits for.</param>
/// <param name="Bulk">The others.</param>
internal sealed record QueueStatus(long Interactive, long Bulk);
