using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>What a training makes smaller. All its chance comes from torch's generator.</summary>
internal interface ITrainingObjective
{
    /// <summary>Computes the loss of a batch, with what it takes to go backward from it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="features">Its features on the model's device, float16, an image after the other.</param>
    public BatchLoss Compute(LoadedBatch batch, Tensor features);
}
