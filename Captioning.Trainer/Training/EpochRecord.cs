using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Training;

/// <summary>What is known of an epoch when it is over.</summary>
internal sealed record EpochRecord
{
    /// <summary>Number of the epoch, from 1; 0 for the model that training began with.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps made since training began.</summary>
    public required int Steps { get; init; }

    /// <summary>Mean loss of the epoch's tokens, label smoothing included; null for epoch 0.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean reward of the captions that the model drew, 0 to 10; null where it learns from given captions alone.</summary>
    public double? Reward { get; init; }

    /// <summary>Tokens learnt per second; null for epoch 0.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Seconds of training in this epoch, without judging.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Seconds it took to export, caption and score.</summary>
    public required double JudgingSeconds { get; init; }

    /// <summary>Scores on the dev images.</summary>
    public required CaptionScores Scores { get; init; }

    /// <summary>Whether no model before had a better CIDEr.</summary>
    public required bool IsBest { get; init; }

    /// <summary>Captions of a few dev images, by image.</summary>
    public required IReadOnlyDictionary<string, string> Samples { get; init; }
}
