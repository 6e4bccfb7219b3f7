using Captioning.Inference.Models;
using Captioning.Trainer.Export;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;

namespace Captioning.Trainer.Commands;

/// <summary>The models that a training begins with: the one to train further, if there is one, and the teachers.</summary>
internal sealed class TrainingModels : IDisposable
{
    private readonly TrainSettings _settings;
    private readonly FeatureEncoder _encoder;
    private readonly List<TrainedModel> _teachers = [];
    private readonly TrainedModel? _start;

    /// <param name="settings">What was asked for.</param>
    /// <param name="encoder">Gives the features that all of them read.</param>
    /// <param name="tell">Is told what the training begins with.</param>
    /// <exception cref="TrainingException">A model is missing, or does not go with the others.</exception>
    /// <exception cref="ModelLoadException">A model is damaged.</exception>
    public TrainingModels(TrainSettings settings, FeatureEncoder encoder, Action<string> tell)
    {
        (_settings, _encoder) = (settings, encoder);
        try
        {
            if (settings.From is { } from)
            {
                _start = Read(from);
                ModelManifest manifest = _start.Bundle.Manifest;
                tell($"training goes on from {manifest.Id} {manifest.Version} in {_start.Bundle.Directory}");
                if (!HasSameEncoder(_start))
                {
                    tell("warning: that model was trained on another encoder");
                }
            }

            foreach (string path in settings.Distillation?.Teachers ?? [])
            {
                TrainedModel teacher = Read(path);
                _teachers.Add(teacher);
                if (teacher.Bundle.Architecture.Feature != Architecture.Feature)
                {
                    throw new TrainingException(
                        $"The teacher in {path} is a model of the kind '{teacher.Bundle.Architecture.Name}', which reads other features of images than '{Architecture.Name}'.");
                }

                if (!HasSameEncoder(teacher))
                {
                    throw new TrainingException($"The teacher in {path} was trained on another encoder: it would read features that it does not know.");
                }

                if (!teacher.Words.Words.SequenceEqual(Words!.Words))
                {
                    throw new TrainingException(
                        $"The teacher in {path} knows {teacher.Words.Words.Count} tokens, which are not the {Words.Words.Count} of {_settings.From ?? _settings.Distillation!.Teachers[0]}: "
                        + "all models of a distillation must have the same vocabulary.");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The vocabulary of the models; null where there is none yet.</summary>
    public WordList? Words => _start?.Words ?? _teachers.FirstOrDefault()?.Words;

    /// <summary>The kind of the model that learns.</summary>
    public ModelArchitecture Architecture => _start?.Bundle.Architecture ?? _settings.Architecture;

    /// <summary>The model that learns, as it is before the first step; a new one is drawn from torch's generator. The caller disposes of its weights.</summary>
    /// <param name="words">Its vocabulary.</param>
    public DecoderModel Create(WordList words)
    {
        FeatureManifest features = _encoder.Encoder.Features;
        TrainingOptions options = _settings.Options;
        if (_start is not null)
        {
            DecoderModel copy = _start.Model.Fresh(words.Words.Count);
            using IDisposable guard = torch.no_grad();
            copy.Weights.Values.copy_(_start.Model.Weights.Values);
            return copy;
        }

        return Architecture == ModelArchitecture.Merge
            ? MergeModel.Create(new MergeSettings(features.Channels, words.Words.Count) { Hidden = options.Hidden }, torch.CPU)
            : AttentionModel.Create(
                new AttentionSettings(features.Regions, features.Channels, words.Words.Count) { Hidden = options.Hidden, Heads = options.Heads }, torch.CPU);
    }

    /// <summary>What the model is trained towards.</summary>
    /// <param name="model">The model that learns.</param>
    /// <param name="examples">What it learns from.</param>
    public ITrainingObjective Objective(DecoderModel model, IReadOnlyList<TrainingExample> examples) =>
        _settings.SelfCritical is { } rewards ? new SelfCriticalObjective(model, _settings.Options, rewards, new CaptionReward(examples))
        : _settings.Distillation is { } distillation ? new DistillationObjective(model, [.. _teachers.Select(teacher => teacher.Model)], _settings.Options, distillation)
        : new CrossEntropyObjective(model, _settings.Options);

    public void Dispose()
    {
        _start?.Model.Weights.Dispose();
        _teachers.ForEach(teacher => teacher.Model.Weights.Dispose());
    }

    private TrainedModel Read(string path)
    {
        TrainedModel model = TrainedModel.Read(path);
        FeatureManifest read = model.Bundle.Manifest.Features;
        FeatureManifest given = _encoder.Encoder.Features;
        if (read == given)
        {
            return model;
        }

        model.Model.Weights.Dispose();
        throw new TrainingException($"The model in {path} reads {read.Regions} regions of {read.Channels} numbers; the encoder gives {given.Regions} of {given.Channels}.");
    }

    private bool HasSameEncoder(TrainedModel model) => model.Bundle.Manifest.Files[model.Bundle.Manifest.Encoder.File].Sha256 == _encoder.Sha256;
}
