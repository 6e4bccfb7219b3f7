namespace Captioning.Worker.Http.Captions;

/// <summary>The grid of regions that attention is told for. It covers the whole image.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal sealed record AttentionGrid(int Rows, int Columns);
