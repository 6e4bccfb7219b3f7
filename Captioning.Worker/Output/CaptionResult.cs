using Captioning.Contracts;

namespace Captioning.Worker.Output;

/// <summary>What became of one input: <see cref="Captioned"/> or <see cref="Failed"/>, never both.</summary>
internal sealed record CaptionResult(string Path, ImageCaptioned? Captioned, CaptionFailed? Failed);
