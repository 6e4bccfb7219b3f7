namespace Captioning.Inference;

/// <summary>A token of a caption.</summary>
/// <param name="Text">The token as the vocabulary has it: lower-case, without spaces.</param>
/// <param name="LogProbability">The natural logarithm of its probability after the tokens before it.</param>
/// <param name="Attention">Where the model looked for it; null where it was not asked for or the model has none.</param>
public sealed record CaptionToken(string Text, float LogProbability, AttentionMap? Attention = null);
