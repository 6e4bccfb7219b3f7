namespace Captioning.Inference.Decoding;

/// <summary>A finished hypothesis of the beam search.</summary>
/// <param name="Tokens">Its tokens' ids, without begin and end.</param>
/// <param name="TokenLogProbs">The log-probability of each token.</param>
/// <param name="LogProb">The sum over its tokens, the end included.</param>
/// <param name="Score">LogProb / length^penalty, the end counted.</param>
/// <param name="Attention">Float32 [token, region]; empty where it was not asked for.</param>
internal sealed record Hypothesis(int[] Tokens, float[] TokenLogProbs, double LogProb, double Score, float[] Attention);
