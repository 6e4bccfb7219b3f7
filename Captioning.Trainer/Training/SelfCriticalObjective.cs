using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>
/// Self-critical sequence training (Rennie et al. 2017, "Self-critical Sequence Training for Image Captioning"): the model draws captions,
/// and each becomes likelier by as much as its CIDEr-D is above a baseline, or less likely. By default the baseline is the mean of the image's other
/// captions (Luo 2020, "A Better Variant of Self-Critical Sequence Training"). Some cross-entropy may be mixed in (Paulus et al. 2018,
/// "A Deep Reinforced Model for Abstractive Summarization", equation 16).
/// </summary>
/// <remarks>
/// Captions are drawn by the model as it serves: without dropout, and without the tokens that the search never chooses. They are then taught as given captions
/// are, each token weighted by its caption's advantage.
/// </remarks>
internal sealed class SelfCriticalObjective : ITrainingObjective
{
    // Low enough for a probability of 0, and a number still: 0 times it is 0.
    private const float Never = -1e9f;

    private readonly DecoderModel _model;
    private readonly TrainingOptions _options;
    private readonly SelfCriticalOptions _settings;
    private readonly CaptionReward _reward;
    private readonly ScalarType _products;
    private readonly float[] _logitBias;
    private readonly CrossEntropyObjective _crossEntropy;

    /// <param name="model">The model that learns.</param>
    /// <param name="options">Precision, dropout, label smoothing and the longest caption.</param>
    /// <param name="settings">Samples and weights.</param>
    /// <param name="reward">Scores captions of the training images.</param>
    public SelfCriticalObjective(DecoderModel model, TrainingOptions options, SelfCriticalOptions settings, CaptionReward reward)
    {
        (_model, _options, _settings, _reward) = (model, options, settings, reward);
        _products = options.Precision.ToType(model.Weights.Device);
        _logitBias = new float[model.Vocabulary];
        _logitBias[WordList.Pad] = _logitBias[WordList.Bos] = _logitBias[WordList.Unk] = Never;
        _crossEntropy = new CrossEntropyObjective(model, options);
    }

    /// <inheritdoc/>
    public BatchLoss Compute(LoadedBatch batch, Tensor features)
    {
        Tensor logitBias = tensor(_logitBias, device: _model.Weights.Device);
        int[][][] captions = new CaptionSampler(_model, _products, WordList.Bos, WordList.Eos, logitBias, _options.MaxWords + 1)
            .Write(features, _settings.Samples, _settings.Baseline == RewardBaseline.Greedy);
        double[][] rewards = [.. captions.Select((own, i) => Array.ConvertAll(own, caption => _reward.Of(batch.Images[i], caption)))];
        BatchLoss loss = Loss(captions, rewards, features, logitBias);
        if (_settings.CrossEntropyWeight > 0)
        {
            BatchLoss given = _crossEntropy.Compute(batch, features);
            loss = loss with
            {
                Loss = loss.Loss.Times(1 - _settings.CrossEntropyWeight).Plus(given.Loss.Times(_settings.CrossEntropyWeight)),
                Tokens = loss.Tokens + given.Tokens,
            };
        }

        return loss;
    }

    /// <summary>How much better each drawn caption is than the baseline.</summary>
    /// <param name="rewards">The rewards of an image's captions: of the drawn ones, and after them of the greedy one if it is the baseline.</param>
    /// <param name="baseline">The baseline.</param>
    internal static double[] Advantages(ReadOnlySpan<double> rewards, RewardBaseline baseline)
    {
        double[] advantages = rewards[..(baseline == RewardBaseline.Greedy ? ^1 : ^0)].ToArray();
        double sum = advantages.Sum();
        for (int i = 0; i < advantages.Length; i++)
        {
            advantages[i] -= baseline == RewardBaseline.Greedy ? rewards[^1] : (sum - advantages[i]) / (advantages.Length - 1);
        }

        return advantages;
    }

    private BatchLoss Loss(int[][][] captions, double[][] rewards, Tensor features, Tensor logitBias)
    {
        int[][][] drawn = Array.ConvertAll(captions, own => own[.._settings.Samples]);
        int[] order = CaptionBatch.Order(drawn);
        double[][] advantages = Array.ConvertAll(order, image => Advantages(rewards[image], _settings.Baseline));
        CaptionBatch batch = CaptionBatch.Create(Array.ConvertAll(order, image => drawn[image]), WordList.Bos, _model.Weights.Device);
        Tensor weights = batch.ForTokens((image, caption) => (float)advantages[image][caption]);

        Tensor ordered = features.index_select(0, tensor(Array.ConvertAll(order, image => (long)image), device: _model.Weights.Device));
        Tensor logits = _model.Pass(_products, _options.Dropout).Logits(batch, ordered).Plus(logitBias);
        Tensor logProbabilities = logits.log_softmax(-1);
        Tensor loss = -(logProbabilities.gather(1, batch.Targets.unsqueeze(1)).view(-1) * weights).mean();
        if (_settings.EntropyWeight > 0)
        {
            loss = loss.Plus((logProbabilities.exp() * logProbabilities).sum(-1).mean().Times(_settings.EntropyWeight));
        }

        return new BatchLoss(loss, batch.Tokens)
        {
            Rewarded = drawn.Sum(own => own.Length), RewardSum = rewards.Sum(own => own.Take(_settings.Samples).Sum()),
        };
    }
}
