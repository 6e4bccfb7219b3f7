using System.Text.Json;
using System.Text.Json.Serialization;

namespace Captioning.Trainer.Training;

/// <summary>Where a training is.</summary>
internal sealed class TrainingState
{
    private const string Name = "training";

    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of it that are done.</summary>
    public int Batch { get; set; }

    /// <summary>Steps made in all.</summary>
    public int Steps { get; set; }

    /// <summary>Sum of the losses of the epoch's tokens so far.</summary>
    public double LossSum { get; set; }

    /// <summary>The epoch's tokens so far.</summary>
    public long Tokens { get; set; }

    /// <summary>Captions that the model was rewarded for in this epoch so far.</summary>
    public long Rewarded { get; set; }

    /// <summary>The sum of their rewards.</summary>
    public double RewardSum { get; set; }

    /// <summary>Seconds of training in this epoch so far.</summary>
    public double Seconds { get; set; }

    /// <summary>The best CIDEr so far; negative before any model is judged.</summary>
    public double BestCider { get; set; } = -1;

    /// <summary>Epochs since the best one.</summary>
    public int SinceBest { get; set; }

    /// <summary>The mean reward of the epoch so far; null where the model learns from given captions alone.</summary>
    [JsonIgnore]
    public double? MeanReward => Rewarded > 0 ? RewardSum / Rewarded : null;

    /// <summary>Counts a step's loss and rewards.</summary>
    public void Add(StepLoss loss)
    {
        LossSum += loss.Loss * loss.Tokens;
        Tokens += loss.Tokens;
        Rewarded += loss.Rewarded;
        RewardSum += loss.RewardSum;
    }

    public void StartEpoch()
    {
        Epoch++;
        (Batch, LossSum, Tokens, Rewarded, RewardSum, Seconds) = (0, 0, 0, 0, 0, 0);
    }

    /// <summary>As words of a <see cref="TensorFile"/>; doubles keep every bit.</summary>
    public Dictionary<string, string> ToWords() => new() { [Name] = JsonSerializer.Serialize(this, TrainingStateJson.Default.TrainingState) };

    /// <exception cref="InvalidDataException">The words are of something else.</exception>
    public static TrainingState FromWords(IReadOnlyDictionary<string, string> words) =>
        words.TryGetValue(Name, out string? json) && JsonSerializer.Deserialize(json, TrainingStateJson.Default.TrainingState) is { } state
            ? state
            : throw new InvalidDataException("the file says nothing of a training.");
}
