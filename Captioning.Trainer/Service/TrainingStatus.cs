namespace Captioning.Trainer.Service;

/// <summary>Where a training is.</summary>
internal enum TrainingStatus
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Runs, or goes on when the service runs again.</summary>
    Running,

    /// <summary>Its model serves.</summary>
    Published,

    /// <summary>Its model is not good enough, or there was too little to learn from.</summary>
    Rejected,

    /// <summary>Somebody ended it.</summary>
    Cancelled,

    /// <summary>Something went wrong.</summary>
    Failed,
}
