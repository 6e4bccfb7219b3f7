using Captioning.Inference.Models;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using static TorchSharp.torch;

namespace Captioning.Trainer.Export;

/// <summary>A model that was trained before: the best one of a run, or a bundle.</summary>
/// <param name="Bundle">Its bundle.</param>
/// <param name="Model">The decoder; its weights are the owner's to dispose of.</param>
/// <param name="Words">Its vocabulary.</param>
internal sealed record TrainedModel(ModelBundle Bundle, DecoderModel Model, WordList Words)
{
    /// <summary>The folder of the bundle that a path means.</summary>
    /// <param name="path">The folder of a run or of a bundle.</param>
    /// <exception cref="TrainingException">It is neither.</exception>
    public static string FindBundle(string path) =>
        Array.Find([new RunFolder(path).Best, path], folder => File.Exists(Path.Combine(folder, ModelManifest.FileName)))
        ?? throw new TrainingException($"{path} is neither the folder of a run that has a model in 'best' nor a model bundle.");

    /// <summary>Reads a model. What a run kept of it is exact; a bundle's matrices are rounded to float16.</summary>
    /// <param name="path">The folder of a run or of a bundle.</param>
    /// <exception cref="TrainingException">There is no model, or it cannot be trained.</exception>
    /// <exception cref="ModelLoadException">The bundle is damaged.</exception>
    public static TrainedModel Read(string path)
    {
        ModelBundle bundle = ModelBundle.Read(FindBundle(path));
        WordList words = WordList.Of(bundle.Vocabulary);
        DecoderModel model = DecoderReader.Read(bundle);
        RunFolder run = new(path);
        if (bundle.Directory == run.Best && File.Exists(run.BestWeights))
        {
            try
            {
                using IDisposable guard = no_grad();
                TensorFile.Read(run.BestWeights, model.Weights.Layout.ToDictionary(part => part.Name, part => (Tensor)model.Weights[part.Name]));
            }
            catch (InvalidDataException e)
            {
                model.Weights.Dispose();
                throw new TrainingException($"{run.BestWeights} does not belong to the model beside it: {e.Message}", e);
            }
        }

        return new TrainedModel(bundle, model, words);
    }
}
