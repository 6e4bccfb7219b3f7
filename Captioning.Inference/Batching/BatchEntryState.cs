namespace Captioning.Inference.Batching;

/// <summary>How far an entry has come. It only moves back, from running to waiting, when a failed batch is run again one by one.</summary>
internal enum BatchEntryState
{
    /// <summary>No handler knows the item: it can be cancelled on the spot.</summary>
    Waiting,

    /// <summary>The handler is at work on the item: its task must not complete before the handler returns.</summary>
    Running,

    /// <summary>The outcome is decided; whoever made this move completes the task.</summary>
    Settled,
}
