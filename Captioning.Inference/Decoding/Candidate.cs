using System.Runtime.InteropServices;

namespace Captioning.Inference.Decoding;

/// <summary>A continuation of a hypothesis.</summary>
/// <param name="Row">The row of the hypothesis that it continues.</param>
/// <param name="Token">The next token's id; negative where the hypothesis has ended.</param>
/// <param name="LogProb">The sum of log-probabilities with this token.</param>
/// <param name="TokenLogProb">This token's own.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Candidate(int Row, int Token, float LogProb, float TokenLogProb);
