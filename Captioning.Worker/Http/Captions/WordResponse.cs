namespace Captioning.Worker.Http.Captions;

/// <summary>One word or mark of a caption.</summary>
/// <param name="Text">The word or mark.</param>
/// <param name="LogProbability">The natural logarithm of its probability, given the image and what comes before it.</param>
/// <param name="Attention">How much the model looked at each region of the grid, row by row from the top left, adding up to 1; null where it was not asked for.</param>
internal sealed record WordResponse(string Text, double LogProbability, IReadOnlyList<float>? Attention);
