namespace Captioning.Contracts;

/// <summary>How long each stage of a request took, in seconds.</summary>
/// <param name="Queued">Waiting in the worker for a decoder and for a place in a batch.</param>
/// <param name="Decode">Reading, decoding and resizing the image.</param>
/// <param name="Inference">The encoder and decoder, for the batch that the image was in.</param>
/// <param name="Speech">Waiting for the voice and speaking; null where no speech was asked for.</param>
public sealed record StageTimings(double Queued, double Decode, double Inference, double? Speech = null);
