namespace Captioning.Inference.Batching;

/// <summary>Told of every batch that reached the handler, once its items are settled, on the batcher's thread: be quick, and keep nothing of the argument.</summary>
public delegate void BatchObserver(BatchObservation batch);
