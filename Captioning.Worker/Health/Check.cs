namespace Captioning.Worker.Health;

/// <summary>What <c>captioning doctor</c> found out about one part.</summary>
/// <param name="Part">What was looked at.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Remedy">What to do about it; null where all is well.</param>
internal sealed record Check(string Part, Verdict Verdict, string Finding, string? Remedy = null);
