namespace Captioning.Trainer.Training;

/// <summary>An image to learn from.</summary>
/// <param name="Captions">Its captions' tokens, without begin and end.</param>
/// <param name="Records">The numbers of its views in the store of features; at least one.</param>
internal sealed record TrainingExample(int[][] Captions, int[] Records);
