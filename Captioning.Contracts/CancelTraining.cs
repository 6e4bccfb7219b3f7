namespace Captioning.Contracts;

/// <summary>Ends a training that waits or runs. Nothing is published.</summary>
/// <param name="TrainingId">The training's id.</param>
public sealed record CancelTraining(string TrainingId);
