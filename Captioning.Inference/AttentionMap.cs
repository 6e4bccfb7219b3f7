namespace Captioning.Inference;

/// <summary>How much a model looked at each region of an image, as a grid over the whole (squashed) image.</summary>
/// <param name="Rows">Rows of the grid.</param>
/// <param name="Columns">Columns of the grid.</param>
/// <param name="Weights">Rows x columns weights, row by row from the top left; they add up to 1.</param>
public sealed record AttentionMap(int Rows, int Columns, ReadOnlyMemory<float> Weights);
