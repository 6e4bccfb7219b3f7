namespace Captioning.Trainer.Service;

/// <summary>How far a training has come.</summary>
/// <param name="Stage">What it does, in plain English.</param>
/// <param name="Fraction">The share of the whole training that is done, 0 to 1.</param>
/// <param name="Loss">The mean loss of the epoch so far; null outside of epochs.</param>
internal sealed record StageReport(string Stage, double Fraction, double? Loss = null);
