using Captioning.Contracts;

namespace Captioning.Worker.Requests;

/// <summary>What an <see cref="IImageCaptioner"/> says of an image.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Model">The model that wrote it.</param>
/// <param name="Timings">Where the time went.</param>
internal sealed record CaptionOutcome(ImageCaption Caption, ModelReference Model, StageTimings Timings);
