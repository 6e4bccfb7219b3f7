using Captioning.Contracts;

namespace Captioning.Worker.Requests;

/// <summary>The answer to a request: one of the two.</summary>
internal sealed record Answer(ImageCaptioned? Captioned, CaptionFailed? Failed);
