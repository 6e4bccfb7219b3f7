using System.Security.Cryptography;
using System.Text;
using Captioning.Inference.Models;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Features;
using Captioning.Trainer.Models;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Export;

/// <summary>Writes model bundles that <c>captioning</c> loads.</summary>
/// <param name="encoder">The encoder that goes into them.</param>
/// <param name="words">The vocabulary.</param>
/// <param name="beam">How captions are searched for.</param>
/// <param name="settings">Name, licence and the like.</param>
internal sealed class BundleWriter(FeatureEncoder encoder, WordList words, BeamManifest beam, BundleSettings settings)
{
    private const string EncoderFile = "encoder.onnx", InitFile = "decoder_init.onnx", StepFile = "decoder_step.onnx", VocabularyFile = "vocabulary.txt";

    /// <summary>Writes a model, in place of the one that may be there.</summary>
    /// <param name="model">The model; matrices are rounded to float16.</param>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="scores">Its scores, where they are known.</param>
    /// <param name="encoderGraph">The encoder's graph, where it is no longer the one that was given.</param>
    /// <exception cref="ExportException">The graphs do not give what the model gives; nothing is written.</exception>
    public void Write(DecoderModel model, string folder, CaptionScores? scores = null, byte[]? encoderGraph = null)
    {
        using WeightSet weights = model.Weights.ToExported();
        DecoderModel rounded = model.With(weights);
        DecoderGraphs graphs = DecoderGraphs.Of(rounded);
        byte[] init = graphs.Init();
        byte[] step = graphs.Step();
        GraphParity.Check(rounded, init, step);
        Write(model.Architecture, init, step, folder, scores, encoderGraph);
    }

    /// <summary>Writes the graphs of a decoder, in place of the model that may be there.</summary>
    /// <param name="architecture">Its kind.</param>
    /// <param name="init">The graph that runs once per image.</param>
    /// <param name="step">The graph that runs once per token.</param>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="scores">Its scores, where they are known.</param>
    /// <param name="encoderGraph">The encoder's graph, where it is no longer the one that was given.</param>
    public void Write(ModelArchitecture architecture, byte[] init, byte[] step, string folder, CaptionScores? scores = null, byte[]? encoderGraph = null)
    {
        Dictionary<string, byte[]> files = new()
        {
            [EncoderFile] = encoderGraph ?? encoder.Graph, [InitFile] = init, [StepFile] = step, [VocabularyFile] = words.ToFile(),
        };
        Write(Manifest(architecture, encoder.Encoder, scores), files, folder);
    }

    /// <summary>Writes a bundle, in place of the one that may be there.</summary>
    /// <param name="manifest">What it says of the bundle; the sizes and checksums of the files are filled in.</param>
    /// <param name="files">The other files by their names.</param>
    /// <param name="folder">The bundle's folder.</param>
    public static void Write(ModelManifest manifest, IReadOnlyDictionary<string, byte[]> files, string folder)
    {
        manifest = manifest with
        {
            Files = files.ToDictionary(
                file => file.Key,
                file => new FileManifest { Size = file.Value.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Value)) }),
        };
        Replace(folder, new Dictionary<string, byte[]>(files) { [ModelManifest.FileName] = Encoding.UTF8.GetBytes(manifest.ToJson()) });
    }

    /// <summary>Writes known scores into the manifest of a bundle that was written without.</summary>
    public void AddScores(string folder, CaptionScores scores)
    {
        ModelManifest manifest = ModelManifest.Read(folder);
        manifest = manifest with { Training = manifest.Training! with { ScoredOn = settings.ScoredOn, Scores = Scores(scores) } };
        string path = Path.Combine(folder, ModelManifest.FileName);
        File.WriteAllText(path + ".new", manifest.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Copies a bundle, in place of the one that may be there.</summary>
    public static void Copy(string from, string to) =>
        Replace(to, Directory.GetFiles(from).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes));

    /// <summary>Puts files in a folder; a reader finds all old ones or all new ones.</summary>
    private static void Replace(string folder, Dictionary<string, byte[]> files)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        string unfinished = folder + ".new";
        string old = folder + ".old";
        Delete(unfinished);
        Directory.CreateDirectory(unfinished);
        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(unfinished, name), bytes);
        }

        Delete(old);
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, old);
        }

        Directory.Move(unfinished, folder);
        Delete(old);

        static void Delete(string folder)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static Dictionary<string, double> Scores(CaptionScores scores) => new()
    {
        ["bleu1"] = Math.Round(scores.Bleu1, 4), ["bleu2"] = Math.Round(scores.Bleu2, 4), ["bleu3"] = Math.Round(scores.Bleu3, 4),
        ["bleu4"] = Math.Round(scores.Bleu4, 4), ["rougeL"] = Math.Round(scores.RougeL, 4), ["cider"] = Math.Round(scores.Cider, 4),
    };

    private ModelManifest Manifest(ModelArchitecture architecture, Inference.Decoding.Encoder graph, CaptionScores? scores) => new()
    {
        SchemaVersion = ModelManifest.NewestSchema,
        Id = settings.Id,
        Version = settings.Version,
        Architecture = architecture.Name,
        Description = settings.Description,
        License = settings.License,
        Encoder = new EncoderManifest { File = EncoderFile, InputSize = graph.InputSize, Resize = EncoderManifest.Squash },
        Features = graph.Features,
        Decoder = new DecoderManifest { Init = InitFile, Step = StepFile },
        Vocabulary = words.ToManifest(VocabularyFile),
        Beam = beam,
        Training = new TrainingManifest { Data = settings.Data, ScoredOn = scores is null ? null : settings.ScoredOn, Scores = scores is null ? null : Scores(scores) },
        Files = new Dictionary<string, FileManifest>(),
    };
}
