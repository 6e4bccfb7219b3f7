namespace Captioning.Inference;

/// <summary>A caption of an image.</summary>
/// <param name="Text">A sentence: capitalised, with one final period.</param>
/// <param name="Score">Log-probability / length^penalty, the number that captions are ranked by; 0 is best.</param>
/// <param name="LogProbability">The natural logarithm of the caption's probability, its end included.</param>
/// <param name="Tokens">The tokens that the text is made of.</param>
public sealed record Caption(string Text, double Score, double LogProbability, IReadOnlyList<CaptionToken> Tokens);
