using Captioning.Inference.Runtime;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>
/// Trains a decoder on cached features towards an objective, judges it after each epoch, keeps the best, and can stop at any
/// step and go on. All chance of a step comes from the seed and the step's number, so that a training that was killed
/// ends with the same weights as one that was not.
/// </summary>
internal sealed class ModelTrainer : IDisposable
{
    private readonly DecoderModel _model;
    private readonly AdamW _optimizer;
    private readonly Tensor? _average;
    private readonly TrainingOptions _options;
    private readonly ITrainingObjective _objective;
    private readonly BatchLoader _batches;
    private readonly DevSet _dev;
    private readonly BundleWriter _bundles;
    private readonly RunFolder _folder;
    private readonly ITrainingProgress _progress;
    private readonly TimeProvider _time;
    private readonly SessionFactory _sessions;
    private readonly LearningRateSchedule _rates;
    private TrainingState _state = new();

    public ModelTrainer(
        DecoderModel model, ITrainingObjective objective, TrainingOptions options, BatchLoader batches, DevSet dev, BundleWriter bundles, RunFolder folder,
        ITrainingProgress progress, TimeProvider time)
    {
        _model = model;
        _objective = objective;
        _options = options;
        _batches = batches;
        _dev = dev;
        _bundles = bundles;
        _folder = folder;
        _progress = progress;
        _time = time;
        _sessions = SessionFactory.Create(Inference.Runtime.Device.Cpu, options.Threads);
        _optimizer = new AdamW(model.Weights, options.Beta1, options.Beta2, options.WeightDecay);
        _average = options.AverageDecay > 0 ? model.Weights.Values.clone().DetachFromDisposeScope() : null;
        _rates = new LearningRateSchedule(options.LearningRate, options.WarmUpSteps, options.Epochs * batches.Count, options.LearningRateCourse);
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
            _state = TrainingState.FromWords(TensorFile.Read(_folder.Checkpoint, Tensors()));
            _optimizer.Steps = _state.Steps;
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
        _progress.Start(_state, _options.Epochs, _batches.Count);
        if (_options.JudgesStart && _state.BestCider < 0)
        {
            Judge(epoch: 0, cancellationToken);
            Save();
        }

        while (_state.Epoch < _options.Epochs && _state.SinceBest < _options.Patience)
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
        _optimizer.Dispose();
        _average?.Dispose();
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        double before = _state.Seconds;
        foreach (LoadedBatch batch in _batches.Epoch(_state.Epoch, _state.Batch))
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
            if (_state.Steps % _options.CheckpointSteps == 0)
            {
                Save();
            }
        }
    }

    private void Step(LoadedBatch loaded)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(HashCodes.Of(_options.Seed, _state.Steps));
        Tensor features = empty([loaded.Images.Length, .. _model.FeatureShape], ScalarType.Float16);
        loaded.Features.CopyTo(features.bytes);
        BatchLoss loss = _objective.Compute(loaded, features.to(_model.Weights.Device));
        double value = loss.Loss.ToDouble();
        if (!double.IsFinite(value))
        {
            throw new TrainingException($"The loss of step {_state.Steps + 1} is {value}. Try a smaller learning rate.");
        }

        loss.Loss.backward();
        _optimizer.Step(_rates[_state.Steps], _options.ClipNorm);
        if (_average is not null)
        {
            using IDisposable guard = no_grad();

            // The average of the first steps forgets faster, or it would remember the random start.
            double decay = Math.Min(_options.AverageDecay, (_state.Steps + 1.0) / (_state.Steps + 10.0));
            _average.mul_(decay).add_(_model.Weights.Values, alpha: 1 - decay);
        }

        _state.LossSum += value * loss.Tokens;
        _state.Tokens += loss.Tokens;
        _state.RewardSum += loss.RewardSum;
        _state.Rewarded += loss.Rewarded;
    }

    private void Judge(int epoch, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        using WeightSet judged = new(_model.Weights.Layout, _model.Weights.Device);
        using (no_grad())
        {
            judged.Values.copy_(_average ?? _model.Weights.Values);
        }

        _bundles.Write(_model.With(judged), _folder.Last);
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

    private void Save() => TensorFile.Write(_folder.Checkpoint, _state.ToWords(), Tensors());

    private Dictionary<string, Tensor> Tensors()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["weights"] = _model.Weights.Values, ["optimizer.mean"] = _optimizer.Mean, ["optimizer.square"] = _optimizer.Square,
        };
        if (_average is not null)
        {
            tensors.Add("average", _average);
        }

        return tensors;
    }
}
