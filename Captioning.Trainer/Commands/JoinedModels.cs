using Captioning.Inference.Models;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Commands;

/// <summary>Models that are to become one: all have the same kind, encoder and vocabulary.</summary>
internal sealed class JoinedModels
{
    private readonly string[] _paths;

    private JoinedModels(string[] paths, ModelBundle[] bundles) => (_paths, Bundles) = (paths, bundles);

    /// <summary>Their bundles, in the order in which they were given.</summary>
    public IReadOnlyList<ModelBundle> Bundles { get; }

    /// <summary>What the first one says of itself.</summary>
    public ModelManifest First => Bundles[0].Manifest;

    /// <summary>Names and versions of all.</summary>
    public string Names => string.Join(", ", Bundles.Select(bundle => $"{bundle.Manifest.Id} {bundle.Manifest.Version}"));

    /// <summary>Reads models.</summary>
    /// <param name="paths">Folders of runs or of bundles.</param>
    /// <exception cref="Training.TrainingException">One is neither.</exception>
    /// <exception cref="ModelLoadException">A bundle is damaged.</exception>
    /// <exception cref="ExportException">They cannot be one model.</exception>
    public static JoinedModels Read(string[] paths)
    {
        JoinedModels models = new(paths, [.. paths.Select(path => ModelBundle.Read(TrainedModel.FindBundle(path)))]);
        ModelManifest first = models.First;
        for (int i = 1; i < paths.Length; i++)
        {
            ModelManifest other = models.Bundles[i].Manifest;
            string? difference = other.Architecture != first.Architecture ? "is of another kind"
                : other.Files[other.Encoder.File].Sha256 != first.Files[first.Encoder.File].Sha256 ? "has another encoder"
                : other.Files[other.Vocabulary.File].Sha256 != first.Files[first.Vocabulary.File].Sha256 ? "has another vocabulary"
                : null;
            if (difference is not null)
            {
                throw Refuse(paths, i, difference);
            }
        }

        return models;
    }

    /// <summary>Writes a bundle that chooses words by the mean of their probabilities.</summary>
    /// <exception cref="ExportException">Their graphs do not go together.</exception>
    public void WriteEnsemble(BundleWriter bundles, string output)
    {
        EnsembleGraphs graphs = new(Bundles[0]);
        bundles.Write(
            Bundles[0].Architecture,
            graphs.Init([.. Bundles.Select(bundle => bundle[bundle.Manifest.Decoder.Init])]),
            graphs.Step([.. Bundles.Select(bundle => bundle[bundle.Manifest.Decoder.Step])]),
            output);
    }

    /// <summary>
    /// Writes a bundle whose weights are the mean of theirs (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", arXiv 2109.01903). It is as good as they are, or better, where all were trained further
    /// from the same model, which may be one of them; of models that began apart the mean is worth nothing.
    /// </summary>
    /// <exception cref="Training.TrainingException">The weights of a bundle cannot be read.</exception>
    /// <exception cref="ExportException">They have other sizes, or the mean could not be written as it is.</exception>
    public void WriteMean(BundleWriter bundles, string output)
    {
        List<DecoderModel> models = [];
        try
        {
            foreach (string path in _paths)
            {
                models.Add(TrainedModel.Read(path).Model);
                if (!models[^1].Weights.Layout.SelectMany(Sizes).SequenceEqual(models[0].Weights.Layout.SelectMany(Sizes)))
                {
                    throw Refuse(_paths, models.Count - 1, "has other sizes");
                }
            }

            using WeightSet mean = new(models[0].Weights.Layout, CPU);
            using (no_grad())
            {
                using TorchSharp.DisposeScope scope = NewDisposeScope();
                mean.Values.copy_(stack(models.Select(model => model.Weights.Values)).mean([0]));
            }

            bundles.Write(models[0].With(mean), output);
        }
        finally
        {
            models.ForEach(model => model.Weights.Dispose());
        }

        static IEnumerable<long> Sizes((string Name, long[] Shape) part) => part.Shape;
    }

    private static ExportException Refuse(string[] paths, int other, string difference) => new($"{paths[other]} {difference} than {paths[0]}: they cannot be one model.");
}
