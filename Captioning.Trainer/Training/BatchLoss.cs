using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>The loss of a batch.</summary>
/// <param name="Loss">The mean loss of its tokens, float32.</param>
/// <param name="Tokens">Its tokens.</param>
internal sealed record BatchLoss(Tensor Loss, long Tokens)
{
    /// <summary>Captions that the model was rewarded for; 0 where it learns from given captions alone.</summary>
    public int Rewarded { get; init; }

    /// <summary>The sum of their rewards.</summary>
    public double RewardSum { get; init; }
}
