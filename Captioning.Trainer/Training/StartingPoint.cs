using Captioning.Inference.Models;
using Captioning.Trainer.Export;
using Captioning.Trainer.Models;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>A decoder that is trained already, and the words that it knows.</summary>
internal sealed record StartingPoint(AttentionDecoder Model, WordList Words)
{
    /// <summary>Reads one.</summary>
    /// <param name="folder">The folder of a run, whose best weights it takes, or a bundle.</param>
    /// <exception cref="ModelLoadException">There is no model, or it is damaged.</exception>
    /// <exception cref="TrainingException">The model cannot be trained on.</exception>
    public static StartingPoint Read(string folder)
    {
        RunFolder run = new(folder);
        ModelBundle bundle = ModelBundle.Read(Directory.Exists(run.Best) ? run.Best : folder);
        WordList words = WordList.Of(bundle.Vocabulary);
        AttentionDecoder model = DecoderReader.Read(bundle);
        if (File.Exists(run.BestWeights))
        {
            ReadExactly(model, run.BestWeights);
        }

        return new StartingPoint(model, words);
    }

    /// <summary>A bundle has matrices rounded to float16; the file of weights has all of their bits.</summary>
    private static void ReadExactly(AttentionDecoder model, string path)
    {
        try
        {
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            TensorFile.Read(path, model.Weights.Layout.ToDictionary(part => part.Name, part => model.Weights[part.Name].detach()));
        }
        catch (InvalidDataException e)
        {
            model.Weights.Dispose();
            throw new TrainingException($"The training cannot start from {path}: {e.Message}", e);
        }
    }
}
