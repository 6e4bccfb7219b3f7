namespace Captioning.Contracts;

/// <summary>How long each stage of a request took, in seconds. Where the caption was known already, all but <paramref name="Fetch"/> and <paramref name="Speech"/> are 0.</summary>
/// <param name="Queued">Waiting in the worker for a decoder and for a place in a batch.</param>
/// <param name="Decode">Decoding and resizing the image, and reading it where that is not counted as <paramref name="Fetch"/>.</param>
/// <param name="Inference">The encoder and decoder, for the batch that the image was in.</param>
/// <param name="Speech">Waiting for the voice, speaking and storing; null where the answer came without speech.</param>
/// <param name="Fetch">Reading the image from where its URI points to; null where that is part of <paramref name="Decode"/>.</param>
public sealed record StageTimings(double Queued, double Decode, double Inference, double? Speech = null, double? Fetch = null);
