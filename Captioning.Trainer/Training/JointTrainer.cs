using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Photos;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>
/// Trains encoder and decoder together by cross-entropy, each with its own learning rate, judges the model after each epoch, keeps the best, and can stop at any
/// step and go on. All chance of a step comes from the seed and the step's number, so that a training that was killed ends with the same
/// weights as one that was not.
/// </summary>
internal sealed class JointTrainer : IDisposable
{
    private const string EncoderHash = "encoder";

    private readonly AttentionDecoder _model;
    private readonly EncoderNetwork _encoder;
    private readonly FeatureEncoder _original;
    private readonly Learner _decoderLearner;
    private readonly Learner _encoderLearner;
    private readonly TrainingOptions _options;
    private readonly JointOptions _joint;
    private readonly PhotoBatches _batches;
    private readonly IDevSet _dev;
    private readonly BundleWriter _bundles;
    private readonly RunFolder _folder;
    private readonly ITrainingProgress _progress;
    private readonly TimeProvider _time;
    private readonly SessionFactory _sessions;
    private TrainingState _state = new();

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
        AttentionDecoder model, EncoderNetwork encoder, FeatureEncoder original, TrainingOptions options, JointOptions joint, PhotoBatches batches, IDevSet dev, BundleWriter bundles,
        RunFolder folder, ITrainingProgress progress, TimeProvider time)
    {
        _model = model;
        _encoder = encoder;
        _original = original;
        _options = options;
        _joint = joint;
        _batches = batches;
        _dev = dev;
        _bundles = bundles;
        _folder = folder;
        _progress = progress;
        _time = time;
        _sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu, options.Threads);
        int steps = options.Epochs * batches.Count;
        _decoderLearner = new Learner(model.Weights, options, options.LearningRate, steps);
        _encoderLearner = new Learner(encoder.Weights, options, joint.LearningRate, steps);
        _encoder.Precision = options.Precision.ToType(CPU);
    }

    /// <summary>Goes back to where the last checkpoint was written.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="TrainingException">The checkpoint is of another model, or damaged.</exception>
    public bool Resume()
    {
        if (!File.Exists(_folder.Checkpoint))
        {
            return false;
        }

        try
        {
            Dictionary<string, string> words = TensorFile.Read(_folder.Checkpoint, Tensors());
            if (words.GetValueOrDefault(EncoderHash) != _original.Sha256)
            {
                throw new TrainingException($"The training in {_folder.Path} cannot go on: it began with another encoder.");
            }

            _state = TrainingState.FromWords(words);
            _decoderLearner.Resume(_state.Steps);
            _encoderLearner.Resume(_state.Steps);
            return true;
        }
        catch (InvalidDataException e)
        {
            throw new TrainingException($"The training in {_folder.Path} cannot go on: {e.Message}", e);
        }
    }

    /// <summary>Trains until the epochs are over or dev CIDEr has not risen for some.</summary>
    /// <param name="cancellationToken">Ends the training after the step under way, with a checkpoint.</param>
    /// <returns>The best CIDEr.</returns>
    /// <exception cref="TrainingException">The loss is not a number any more.</exception>
    /// <exception cref="ExportException">An exported model differs from the trained one.</exception>
    /// <exception cref="Inference.Images.ImageRejectedException">An image cannot be read.</exception>
    public double Run(CancellationToken cancellationToken)
    {
        _progress.Start(_state, _options.Epochs, _batches.Count);
        while (_state.Epoch < _options.Epochs && _state.SinceBest < _options.Patience)
        {
            TrainEpoch(cancellationToken);
            JudgeEpoch(cancellationToken);
            _state.StartEpoch();
            Save();
        }

        return _state.BestCider;
    }

    public void Dispose()
    {
        _decoderLearner.Dispose();
        _encoderLearner.Dispose();
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        double before = _state.Seconds;
        foreach (PhotoBatch batch in _batches.Epoch(_state.Epoch, _state.Batch))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save();
                cancellationToken.ThrowIfCancellationRequested();
            }

            (double loss, long tokens) = Step(batch);
            _state.LossSum += loss;
            _state.Tokens += tokens;
            _state.Batch++;
            _state.Steps++;
            _state.Seconds = before + _time.GetElapsedTime(start).TotalSeconds;
            _progress.Report(_state);
            if (_state.Steps % _options.CheckpointSteps == 0)
            {
                Save();
            }
        }
    }

    /// <returns>The sum of the tokens' losses, and how many there are.</returns>
    private (double Loss, long Tokens) Step(PhotoBatch batch)
    {
        manual_seed(HashCodes.Of(_options.Seed, _state.Steps));

        // Each caption's words and its end.
        long tokens = batch.Captions.Sum(image => image.Sum(caption => caption.Length + 1L));
        double loss = batch.Split(_joint.MicroBatch).Sum(part => Accumulate(part, tokens));
        if (!double.IsFinite(loss))
        {
            throw new TrainingException($"The loss of step {_state.Steps + 1} is {loss / tokens}. Try a smaller learning rate.");
        }

        _decoderLearner.Step(_state.Steps);
        _encoderLearner.Step(_state.Steps);
        return (loss, tokens);
    }

    /// <summary>Adds a part's share to the gradients of a batch.</summary>
    private double Accumulate(PhotoBatch part, long tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        CaptionBatch captions = CaptionBatch.Create(part.Captions, WordList.Bos, WordList.Eos, _model.Weights.Device);
        Tensor pixels = empty([part.Captions.Length, _encoder.Rows, _encoder.Columns, 3], ScalarType.Byte);
        part.Pixels.CopyTo(pixels.bytes);
        Tensor regions = _encoder.Run(pixels)[ModelArchitecture.Attention.Feature];
        Tensor logits = new AttentionPass(_model, _encoder.Precision, _options.Dropout).Logits(captions, regions);
        Tensor loss = nn.functional.cross_entropy(logits, captions.Targets, reduction: nn.Reduction.Sum, label_smoothing: _options.LabelSmoothing);
        (loss / tokens).backward();
        return loss.ToDouble();
    }

    private void JudgeEpoch(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        using WeightSet judged = new(_model.Weights.Layout, _model.Weights.Device);
        using (no_grad())
        {
            judged.Values.copy_(_decoderLearner.Judged);
        }

        _bundles.Write(new AttentionDecoder(_model.Settings, judged), _folder.Last, graph: WriteEncoder());
        (CaptionScores scores, IReadOnlyDictionary<string, string> captions) = _dev.Judge(_folder.Last, _sessions, cancellationToken);
        _bundles.AddScores(_folder.Last, scores);
        bool isBest = scores.Cider > _state.BestCider;
        if (isBest)
        {
            _state.BestCider = scores.Cider;
            TensorFile.Write(_folder.BestWeights, new Dictionary<string, string>(), judged.Layout.ToDictionary(part => part.Name, part => (Tensor)judged[part.Name]));
            BundleWriter.Copy(_folder.Last, _folder.Best);
        }

        _state.SinceBest = isBest ? 0 : _state.SinceBest + 1;
        EpochRecord record = new()
        {
            Epoch = _state.Epoch + 1,
            Steps = _state.Steps,
            Loss = _state.LossSum / _state.Tokens,
            TokensPerSecond = _state.Tokens / _state.Seconds,
            TrainingSeconds = _state.Seconds,
            JudgingSeconds = _time.GetElapsedTime(start).TotalSeconds,
            Scores = scores,
            IsBest = isBest,
            Samples = captions.Take(3).ToDictionary(),
        };
        new TrainingLog(_folder).Add(record);
        _progress.Report(record);
    }

    /// <summary>The encoder's file with the weights that are judged.</summary>
    private byte[] WriteEncoder()
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

    private void Save()
    {
        Dictionary<string, string> words = _state.ToWords();
        words.Add(EncoderHash, _original.Sha256);
        TensorFile.Write(_folder.Checkpoint, words, Tensors());
    }

    private Dictionary<string, Tensor> Tensors() =>
        _decoderLearner.Tensors("").Concat(_encoderLearner.Tensors("encoder.")).ToDictionary(pair => pair.Name, pair => pair.Tensor);
}
