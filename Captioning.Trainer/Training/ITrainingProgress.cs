namespace Captioning.Trainer.Training;

/// <summary>Is told how a training goes.</summary>
internal interface ITrainingProgress
{
    /// <summary>Training begins, or goes on from a checkpoint.</summary>
    /// <param name="state">Where it is.</param>
    /// <param name="epochs">Epochs of the whole training.</param>
    /// <param name="batches">Batches of an epoch.</param>
    public void Start(TrainingState state, int epochs, int batches);

    /// <summary>A step is done.</summary>
    public void Report(TrainingState state);

    /// <summary>An epoch is judged.</summary>
    public void Report(EpochRecord record);
}
