namespace Captioning.Inference;

/// <summary>Where the time of an image went.</summary>
/// <param name="Queued">Waiting: for a place in the engine, for a decoding thread and for its batch.</param>
/// <param name="Decode">Reading, decoding and resizing it.</param>
/// <param name="Inference">The run of its batch, encoder and decoder.</param>
/// <param name="BatchSize">Images in its batch.</param>
public sealed record CaptionTimings(TimeSpan Queued, TimeSpan Decode, TimeSpan Inference, int BatchSize);
