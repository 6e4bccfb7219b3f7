using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>Trains a decoder on cached features towards an objective.</summary>
/// <param name="model">The decoder.</param>
/// <param name="objective">What it is trained towards.</param>
/// <param name="options">How it is trained.</param>
/// <param name="batches">What it learns from.</param>
/// <param name="dev">What it is judged by.</param>
/// <param name="bundles">Writes it.</param>
/// <param name="folder">Where it goes.</param>
/// <param name="progress">Is told how it goes.</param>
/// <param name="time">Measures it.</param>
internal sealed class DecoderTrainer(
    DecoderModel model, ITrainingObjective objective, TrainingOptions options, BatchLoader batches, IDevSet dev, BundleWriter bundles, RunFolder folder,
    ITrainingProgress progress, TimeProvider time)
    : ModelTrainer<LoadedBatch>(model, options, batches, dev, bundles, folder, progress, time)
{
    /// <inheritdoc/>
    protected override StepLoss Learn(LoadedBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = empty([batch.Images.Length, .. Model.FeatureShape], ScalarType.Float16);
        batch.Features.CopyTo(features.bytes);
        BatchLoss loss = objective.Compute(batch, features.to(Model.Weights.Device));
        loss.Loss.backward();
        return new StepLoss(loss.Loss.ToNumber(), loss.Tokens, loss.Rewarded, loss.RewardSum);
    }
}
