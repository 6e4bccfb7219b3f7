using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>
/// Each token of the captions, and what an ensemble of teachers takes for likely in its place: the mean of their probabilities (Hinton, Vinyals and Dean
/// 2015, "Distilling the Knowledge in a Neural Network"; word by word as in Kim and Rush 2016, "Sequence-Level Knowledge Distillation", section 3.1).
/// </summary>
/// <param name="model">The model that learns.</param>
/// <param name="teachers">The teachers: models of the same features and vocabulary.</param>
/// <param name="options">Precision, dropout and label smoothing.</param>
/// <param name="settings">Weight and temperature.</param>
internal sealed class DistillationObjective(
    DecoderModel model, IReadOnlyList<DecoderModel> teachers, TrainingOptions options, DistillationOptions settings) : ITrainingObjective
{
    private readonly ScalarType _products = options.Precision.ToType(model.Weights.Device);

    /// <inheritdoc/>
    public BatchLoss Compute(LoadedBatch batch, Tensor features)
    {
        CaptionBatch captions = CaptionBatch.Create(batch.Captions, WordList.Bos, WordList.Eos, model.Weights.Device);
        Tensor expected = Teach(captions, features);
        Tensor logits = model.Pass(_products, options.Dropout).Logits(captions, features);
        Tensor given = nn.functional.cross_entropy(logits, captions.Targets, label_smoothing: options.LabelSmoothing);

        // The gradient of softened logits is smaller by the square of the temperature (Hinton et al., section 2).
        double scale = settings.Temperature * settings.Temperature;
        Tensor taught = (expected * logits.Times(1 / settings.Temperature).log_softmax(-1)).sum(-1).mean().Times(-scale);
        return new BatchLoss(given.Times(1 - settings.Weight).Plus(taught.Times(settings.Weight)), captions.Tokens);
    }

    /// <summary>The mean of the teachers' probabilities, [tokens, vocabulary].</summary>
    private Tensor Teach(CaptionBatch captions, Tensor features)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = zeros(captions.Tokens, model.Vocabulary, device: model.Weights.Device);
        foreach (DecoderModel teacher in teachers)
        {
            using DisposeScope one = NewDisposeScope();
            sum.AddInPlace(teacher.Pass(_products, dropout: 0).Logits(captions, features).Times(1 / settings.Temperature).softmax(-1));
        }

        return sum.MultiplyInPlace(1.0 / teachers.Count).MoveToOuterDisposeScope();
    }
}
