using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Models;

/// <summary>Gives a trained decoder more words.</summary>
internal static class VocabularyGrowth
{
    /// <summary>A copy of a decoder with words added at the end. To the copy a new word is the mean of all words, and as likely as a mean one.</summary>
    /// <param name="model">The decoder; it is not changed.</param>
    /// <param name="vocabulary">Tokens of the copy, at least as many.</param>
    public static DecoderModel Grow(DecoderModel model, int vocabulary)
    {
        DecoderModel grown = model.Fresh(vocabulary);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable guard = no_grad();
        foreach ((string name, long[] shape) in model.Weights.Layout)
        {
            Tensor from = model.Weights[name];
            Tensor to = grown.Weights[name];
            to.narrow(0, 0, shape[0]).copy_(from);
            long added = to.shape[0] - shape[0];
            if (added > 0)
            {
                to.narrow(0, shape[0], added).copy_(from.mean([0], keepdim: true).expand_as(to.narrow(0, shape[0], added)));
            }
        }

        return grown;
    }
}
