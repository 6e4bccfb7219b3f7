using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Training;

/// <summary>
/// Scores captions that a model draws for training images: CIDEr-D against the images' own captions, with the document frequencies of all
/// of them. All is counted in the model's tokens, and the end of a caption is one: a caption that is cut off lacks it, and gains nothing by that.
/// </summary>
internal sealed class CaptionReward
{
    private readonly ReferenceCorpus _references;
    private readonly CiderD _cider;

    /// <param name="examples">The training images; their number is their place.</param>
    public CaptionReward(IReadOnlyList<TrainingExample> examples)
    {
        _references = new ReferenceCorpus([.. examples.Select(example => Array.ConvertAll(example.Captions, caption => (int[])[.. caption, WordList.Eos]))]);
        _cider = new CiderD(_references);
    }

    /// <summary>The reward of a caption, 0 to 10.</summary>
    /// <param name="image">The number of the image.</param>
    /// <param name="tokens">The caption's tokens, its end included.</param>
    public double Of(int image, ReadOnlySpan<int> tokens) => _cider.Score(image, NGramCounts.OfHypothesis(tokens, _references.Index));
}
