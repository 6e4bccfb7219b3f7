namespace Captioning.Contracts;

/// <summary>One caption among those asked for.</summary>
/// <param name="Text">The caption: one plain English sentence.</param>
/// <param name="Score">Its log-probability after length normalisation; 0 is best.</param>
public sealed record CaptionCandidate(string Text, double Score);
