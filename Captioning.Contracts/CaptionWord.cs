namespace Captioning.Contracts;

/// <summary>One token of a caption.</summary>
/// <param name="Text">The word or mark.</param>
/// <param name="LogProbability">The natural logarithm of its probability, given the image and the tokens before it.</param>
public sealed record CaptionWord(string Text, double LogProbability);
