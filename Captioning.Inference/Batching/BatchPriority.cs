namespace Captioning.Inference.Batching;

/// <summary>Which queue an item waits in. Each priority has its own bounded queue, first in, first out.</summary>
public enum BatchPriority
{
    /// <summary>Somebody waits for the answer: taken first.</summary>
    Interactive,

    /// <summary>Nobody watches: fills what interactive items leave, and is never starved (<see cref="DynamicBatcherOptions.MaxBatchesWithoutBulk"/>).</summary>
    Bulk,
}
