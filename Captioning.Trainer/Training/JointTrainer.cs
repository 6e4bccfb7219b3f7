using Captioning.Trainer.Encoders;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Photos;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>Trains encoder and decoder together by cross-entropy, each with its own learning rate.</summary>
internal sealed class JointTrainer : ModelTrainer<PhotoBatch>
{
    private readonly EncoderNetwork _encoder;
    private readonly FeatureEncoder _original;
    private readonly JointOptions _joint;
    private readonly Learner _encoderLearner;

    /// <param name="model">The decoder.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="original">The file that the encoder was read from.</param>
    /// <param name="options">How the model is trained.</param>
    /// <param name="joint">How the encoder is.</param>
    /// <param name="batches">What it learns from.</param>
    /// <param name="dev">What it is judged by.</param>
    /// <param name="bundles">Writes it.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="progress">Is told how it goes.</param>
    /// <param name="time">Measures it.</param>
    public JointTrainer(
        DecoderModel model, EncoderNetwork encoder, FeatureEncoder original, TrainingOptions options, JointOptions joint, PhotoBatches batches, IDevSet dev, BundleWriter bundles,
        RunFolder folder, ITrainingProgress progress, TimeProvider time)
        : base(model, options, batches, dev, bundles, folder, progress, time)
    {
        (_encoder, _original, _joint) = (encoder, original, joint);
        _encoderLearner = new Learner(encoder.Weights, options, joint.LearningRate, TotalSteps);
        _encoder.Precision = options.Precision.ToType(CPU);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Prefix, Learner Learner)> Learners() => [.. base.Learners(), ("encoder.", _encoderLearner)];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string> { ["encoder"] = _original.Sha256 };

    /// <inheritdoc/>
    protected override StepLoss Learn(PhotoBatch batch)
    {
        // Each caption's words and its end.
        long tokens = batch.Captions.Sum(image => image.Sum(caption => caption.Length + 1L));
        return new StepLoss(batch.Split(_joint.MicroBatch).Sum(part => Accumulate(part, tokens)) / tokens, tokens);
    }

    /// <inheritdoc/>
    protected override byte[] WriteEncoder()
    {
        using IDisposable guard = no_grad();
        using Tensor trained = _encoder.Weights.Values.clone();
        _encoder.Weights.Values.copy_(_encoderLearner.Judged);
        try
        {
            return EncoderWriter.Write(_encoder, _original.Graph);
        }
        finally
        {
            _encoder.Weights.Values.copy_(trained);
        }
    }

    /// <summary>Adds a part's share to the gradients of a batch.</summary>
    /// <returns>The sum of its tokens' losses.</returns>
    private double Accumulate(PhotoBatch part, long tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        CaptionBatch captions = CaptionBatch.Create(part.Captions, WordList.Bos, WordList.Eos, Model.Weights.Device);
        Tensor pixels = empty([part.Captions.Length, _encoder.Rows, _encoder.Columns, 3], ScalarType.Byte);
        part.Pixels.CopyTo(pixels.bytes);
        Tensor features = _encoder.Run(pixels)[Model.Architecture.Feature];
        Tensor logits = Model.Pass(_encoder.Precision, Options.Dropout).Logits(captions, features);
        Tensor loss = nn.functional.cross_entropy(logits, captions.Targets, reduction: nn.Reduction.Sum, label_smoothing: Options.LabelSmoothing);
        loss.Times(1.0 / tokens).backward();
        return loss.ToNumber();
    }
}
