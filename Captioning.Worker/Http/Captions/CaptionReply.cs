namespace Captioning.Worker.Http.Captions;

/// <summary>What a client is told of one image.</summary>
/// <param name="Status">The status code: 200, or that of the problem.</param>
/// <param name="Json">A <see cref="CaptionResponse"/> or problem details.</param>
internal sealed record CaptionReply(int Status, byte[] Json);
