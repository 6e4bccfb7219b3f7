using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>Each token of the captions after those before it, as people wrote them.</summary>
/// <param name="model">The model that learns.</param>
/// <param name="options">Precision, dropout and label smoothing.</param>
internal sealed class CrossEntropyObjective(DecoderModel model, TrainingOptions options) : ITrainingObjective
{
    private readonly ScalarType _products = options.Precision.ToType(model.Weights.Device);

    /// <inheritdoc/>
    public BatchLoss Compute(LoadedBatch batch, Tensor features)
    {
        CaptionBatch captions = CaptionBatch.Create(batch.Captions, WordList.Bos, WordList.Eos, model.Weights.Device);
        Tensor logits = model.Pass(_products, options.Dropout).Logits(captions, features);
        return new BatchLoss(nn.functional.cross_entropy(logits, captions.Targets, label_smoothing: options.LabelSmoothing), captions.Tokens);
    }
}
