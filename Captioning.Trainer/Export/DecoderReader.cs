using Captioning.Inference.Models;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>
/// Makes the decoder of a bundle trainable: finds its weights in the graphs and checks that the model made of them gives what the graphs give.
/// </summary>
internal static class DecoderReader
{
    /// <summary>Reads the decoder of a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <returns>The decoder with the bundle's weights.</returns>
    /// <exception cref="TrainingException">It is another network, or was exported in another way.</exception>
    public static DecoderModel Read(ModelBundle bundle)
    {
        ModelManifest manifest = bundle.Manifest;
        byte[] init = bundle[manifest.Decoder.Init];
        byte[] step = bundle[manifest.Decoder.Step];
        OnnxWeights initWeights = new(init);
        OnnxWeights stepWeights = new(step);
        using DisposeScope scope = NewDisposeScope();
        bool attends = bundle.Architecture == ModelArchitecture.Attention;
        Dictionary<string, Tensor> read = (attends ? AttentionReader.Find(initWeights, stepWeights) : MergeReader.Find(initWeights, stepWeights))
            ?? throw Refuse(manifest, "its weights are not where this program looks for them");
        DecoderModel model = attends ? AttentionReader.Create(bundle, read) : MergeReader.Create(bundle, read);
        try
        {
            using IDisposable guard = no_grad();
            foreach ((string name, long[] shape) in model.Weights.Layout)
            {
                if (!read[name].shape.SequenceEqual(shape))
                {
                    throw Refuse(manifest, $"'{name}' has the shape [{string.Join(',', read[name].shape)}], not [{string.Join(',', shape)}]");
                }

                model.Weights[name].copy_(read[name]);
            }

            GraphParity.Check(model, init, step);
            return model;
        }
        catch (ExportException)
        {
            model.Weights.Dispose();
            throw Refuse(manifest, $"its graphs compute something else than this program's '{manifest.Architecture}' decoder");
        }
        catch
        {
            model.Weights.Dispose();
            throw;
        }
    }

    private static TrainingException Refuse(ModelManifest manifest, string why) => new(
        $"The model {manifest.Id} {manifest.Version} cannot be trained further: {why}. Train a first model with 'captioning-trainer train' and publish that.");
}
