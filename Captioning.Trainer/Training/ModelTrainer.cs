using Captioning.Inference.Runtime;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>
/// Trains a model epoch by epoch, judges it after each, keeps the best, and can stop at any step and go on. All chance of a step comes from the seed
/// and the step's number, so that a training that was killed ends with the same weights as one that was not.
/// </summary>
/// <typeparam name="TBatch">What a step learns from.</typeparam>
internal abstract class ModelTrainer<TBatch> : IDisposable
{
    private readonly IBatches<TBatch> _batches;
    private readonly IDevSet _dev;
    private readonly BundleWriter _bundles;
    private readonly RunFolder _folder;
    private readonly ITrainingProgress _progress;
    private readonly TimeProvider _time;
    private readonly SessionFactory _sessions;
    private readonly Learner _decoderLearner;
    private TrainingState _state = new();

    /// <param name="model">The decoder.</param>
    /// <param name="options">How the model is trained.</param>
    /// <param name="batches">What it learns from.</param>
    /// <param name="dev">What it is judged by.</param>
    /// <param name="bundles">Writes it.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="progress">Is told how it goes.</param>
    /// <param name="time">Measures it.</param>
    protected ModelTrainer(
        DecoderModel model, TrainingOptions options, IBatches<TBatch> batches, IDevSet dev, BundleWriter bundles, RunFolder folder, ITrainingProgress progress, TimeProvider time)
    {
        Model = model;
        Options = options;
        _batches = batches;
        _dev = dev;
        _bundles = bundles;
        _folder = folder;
        _progress = progress;
        _time = time;
        _sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu, options.Threads);
        _decoderLearner = new Learner(model.Weights, options, options.LearningRate, TotalSteps);
    }

    protected DecoderModel Model { get; }

    protected TrainingOptions Options { get; }

    /// <summary>Steps of the whole training.</summary>
    protected int TotalSteps => Options.Epochs * _batches.Count;

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
            if (Facts().Any(fact => words.GetValueOrDefault(fact.Key) != fact.Value))
            {
                throw new TrainingException($"The training in {_folder.Path} cannot go on: it began with another encoder.");
            }

            _state = TrainingState.FromWords(words);
            foreach ((_, Learner learner) in Learners())
            {
                learner.Resume(_state.Steps);
            }

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
    public double Run(CancellationToken cancellationToken)
    {
        _progress.Start(_state, Options.Epochs, _batches.Count);
        if (Options.JudgesStart && _state.BestCider < 0)
        {
            Judge(epoch: 0, cancellationToken);
            Save();
        }

        while (_state.Epoch < Options.Epochs && _state.SinceBest < Options.Patience)
        {
            TrainEpoch(cancellationToken);
            Judge(_state.Epoch + 1, cancellationToken);
            _state.StartEpoch();
            Save();
        }

        return _state.BestCider;
    }

    public void Dispose()
    {
        foreach ((_, Learner learner) in Learners())
        {
            learner.Dispose();
        }
    }

    /// <summary>Computes the loss of a batch and adds its gradients to those of the weights.</summary>
    protected abstract StepLoss Learn(TBatch batch);

    /// <summary>Weights that are trained, with the prefix that their names have in a checkpoint.</summary>
    protected virtual IEnumerable<(string Prefix, Learner Learner)> Learners() => [("", _decoderLearner)];

    /// <summary>What a checkpoint must say of the training for it to go on from there.</summary>
    protected virtual IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string>();

    /// <summary>The encoder's file with the weights that are judged; null where it is the one that the training began with.</summary>
    protected virtual byte[]? WriteEncoder() => null;

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        double before = _state.Seconds;
        foreach (TBatch batch in _batches.Epoch(_state.Epoch, _state.Batch))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save();
                cancellationToken.ThrowIfCancellationRequested();
            }

            Step(batch);
            _state.Batch++;
            _state.Steps++;
            _state.Seconds = before + _time.GetElapsedTime(start).TotalSeconds;
            _progress.Report(_state);
            if (_state.Steps % Options.CheckpointSteps == 0)
            {
                Save();
            }
        }
    }

    private void Step(TBatch batch)
    {
        manual_seed(HashCodes.Of(Options.Seed, _state.Steps));
        StepLoss loss = Learn(batch);
        if (!double.IsFinite(loss.Loss))
        {
            throw new TrainingException($"The loss of step {_state.Steps + 1} is {loss.Loss}. Try a smaller learning rate.");
        }

        foreach ((_, Learner learner) in Learners())
        {
            learner.Step(_state.Steps);
        }

        _state.Add(loss);
    }

    private void Judge(int epoch, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        using WeightSet judged = new(Model.Weights.Layout, Model.Weights.Device);
        using (no_grad())
        {
            judged.Values.copy_(_decoderLearner.Judged);
        }

        _bundles.Write(Model.With(judged), _folder.Last, encoderGraph: WriteEncoder());
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
            Epoch = epoch,
            Steps = _state.Steps,
            Loss = epoch == 0 ? null : _state.LossSum / _state.Tokens,
            Reward = _state.MeanReward,
            TokensPerSecond = epoch == 0 ? null : _state.Tokens / _state.Seconds,
            TrainingSeconds = _state.Seconds,
            JudgingSeconds = _time.GetElapsedTime(start).TotalSeconds,
            Scores = scores,
            IsBest = isBest,
            Samples = captions.Take(3).ToDictionary(),
        };
        new TrainingLog(_folder).Add(record);
        _progress.Report(record);
    }

    private void Save() => TensorFile.Write(_folder.Checkpoint, _state.ToWords().Concat(Facts()).ToDictionary(), Tensors());

    private Dictionary<string, Tensor> Tensors() => Learners().SelectMany(pair => pair.Learner.Tensors(pair.Prefix)).ToDictionary(pair => pair.Name, pair => pair.Tensor);
}
