using System.Security.Cryptography;
using System.Text;
using Captioning.Inference.Models;
using static Onnx.TensorProto.Types;

namespace Captioning.Tests.Models;

/// <summary>
/// A bundle with random weights and a vocabulary of a few words, of which the tests can compute every log-probability:
/// logits = table[last token] + h * stateWeights + mean colour * colourWeights, where h = h / 2 + last token / 10.
/// </summary>
internal sealed class TinyModel : IDisposable
{
    public const int Size = 4;
    public const int Words = 9;
    private const int Channels = 3;
    private readonly float[] _table;
    private readonly float[] _stateWeights;
    private readonly float[] _colourWeights;

    public TinyModel(ModelArchitecture architecture, int seed = 1, BeamManifest? beam = null)
    {
        // The sequence only has to be the same in every run.
        Random random = new(seed);
        _table = Weights(random, Words * Words, 3);
        _stateWeights = Weights(random, Words, 2);
        _colourWeights = Weights(random, Channels * Words, 0.02);
        Write("encoder.onnx", Encoder());
        Write("init.onnx", Init(architecture));
        Write("step.onnx", Step(architecture));
        Write("vocabulary.txt", Encoding.UTF8.GetBytes("<pad>\n<bos>\n<eos>\n<unk>\na\nb\nc\nd\ne\n"));
        Manifest = new ModelManifest
        {
            SchemaVersion = 1,
            Id = "tiny",
            Version = "1",
            Architecture = architecture.Name,
            License = "MIT",
            Encoder = new EncoderManifest { File = "encoder.onnx", InputSize = Size, Resize = "squash" },
            Features = new FeatureManifest { GridRows = Size, GridColumns = Size, Channels = Channels },
            Decoder = new DecoderManifest { Init = "init.onnx", Step = "step.onnx" },
            Vocabulary = new VocabularyManifest { File = "vocabulary.txt", Size = Words, Pad = "<pad>", Bos = "<bos>", Eos = "<eos>", Unk = "<unk>" },
            Beam = beam ?? new BeamManifest { Width = 3, MaxLength = 8, LengthPenalty = 0.7, NoRepeatNgram = 3 },
            Files = new Dictionary<string, FileManifest>(),
        };
        Seal();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("tiny-model-").FullName;

    public ModelManifest Manifest { get; private set; }

    /// <summary>An image of one colour.</summary>
    public static byte[] Image(byte red, byte green, byte blue) => [.. Enumerable.Range(0, Size * Size).SelectMany(_ => new[] { red, green, blue })];

    /// <summary>The log-probabilities of the token after a history that begins with the begin token.</summary>
    public float[] LogProbs(IEnumerable<int> history, byte[] image)
    {
        double h = 0;
        int last = 0;
        foreach (int token in history)
        {
            h = (h / 2) + (token / 10.0);
            last = token;
        }

        double[] logits = new double[Words];
        for (int v = 0; v < Words; v++)
        {
            logits[v] = _table[(last * Words) + v] + (h * _stateWeights[v]);
            for (int c = 0; c < Channels; c++)
            {
                logits[v] += image[c] * _colourWeights[(c * Words) + v];
            }
        }

        double sum = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(l => (float)(l - sum))];
    }

    public void Write(string file, byte[] bytes) => File.WriteAllBytes(Path.Combine(Folder, file), bytes);

    /// <summary>Writes model.json with the checksums of the files as they are, after a change where one is given.</summary>
    public void Seal(Func<ModelManifest, ModelManifest>? change = null)
    {
        Manifest = Manifest with
        {
            Files = Directory.GetFiles(Folder).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).ToDictionary(
                f => Path.GetFileName(f),
                f => new FileManifest { Size = new FileInfo(f).Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))) }),
        };
        Manifest = change?.Invoke(Manifest) ?? Manifest;
        Write(ModelManifest.FileName, Encoding.UTF8.GetBytes(Manifest.ToJson()));
    }

    /// <summary>Writes a bundle of a version to a folder.</summary>
    public static string Write(string folder, string version)
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Seal(manifest => manifest with { Version = version });
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(model.Folder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static float[] Weights(Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];

    private static byte[] Encoder() => new Graph()
        .Input("image", DataType.Uint8, "batch", $"{Size}", $"{Size}", "3")
        .Constant("flat", 0, Size * Size, Channels)
        .Constant("first", 1)
        .Node("Cast", "image", "float", ("to", (long)DataType.Float))
        .Node("Reshape", "float flat", "regions")
        .Node("ReduceMean", "regions first", "pooled", ("keepdims", 0))
        .Output("regions", "batch", $"{Size * Size}", $"{Channels}")
        .Output("pooled", "batch", $"{Channels}")
        .ToBytes();

    private static byte[] Init(ModelArchitecture architecture) => architecture.HasAttention
        ? new Graph()
            .Input("regions", DataType.Float, "image", $"{Size * Size}", $"{Channels}")
            .Node("Identity", "regions", "grid")
            .Output("grid", "image", $"{Size * Size}", $"{Channels}")
            .ToBytes()
        : new Graph()
            .Input("pooled", DataType.Float, "image", $"{Channels}")
            .Node("Identity", "pooled", "colour")
            .Output("colour", "image", $"{Channels}")
            .ToBytes();

    private byte[] Step(ModelArchitecture architecture)
    {
        Graph graph = new Graph()
            .Input("token", DataType.Int64, "image", "beam")
            .Input("h", DataType.Float, "image", "beam", "1")
            .Constant("table", _table, Words, Words)
            .Constant("stateWeights", _stateWeights, 1, Words)
            .Constant("colourWeights", _colourWeights, Channels, Words)
            .Constant("half", [0.5f])
            .Constant("tenth", [0.1f])
            .Constant("first", 1)
            .Constant("second", 2)
            .Node("Cast", "token", "number", ("to", (long)DataType.Float))
            .Node("Unsqueeze", "number second", "last")
            .Node("Mul", "h half", "decayed")
            .Node("Mul", "last tenth", "added")
            .Node("Add", "decayed added", "h_out");
        if (architecture.HasAttention)
        {
            graph
                .Input("grid", DataType.Float, "image", $"{Size * Size}", $"{Channels}")
                .Constant("hundredth", [0.01f])
                .Node("ReduceMean", "grid first", "colour", ("keepdims", 0))
                .Node("ReduceMean", "grid second", "brightness", ("keepdims", 0))
                .Node("Mul", "brightness hundredth", "dimmed")
                .Node("Unsqueeze", "dimmed first", "looks")
                .Node("Mul", "looks last", "scores")
                .Node("Softmax", "scores", "attention", ("axis", -1))
                .Output("attention", "image", "beam", $"{Size * Size}");
        }
        else
        {
            graph.Input("colour", DataType.Float, "image", $"{Channels}");
        }

        return graph
            .Node("Gather", "table token", "row")
            .Node("MatMul", "h_out stateWeights", "byState")
            .Node("MatMul", "colour colourWeights", "byColour")
            .Node("Unsqueeze", "byColour first", "byImage")
            .Node("Add", "row byState", "byHistory")
            .Node("Add", "byHistory byImage", "logits")
            .Node("LogSoftmax", "logits", "log_probs", ("axis", -1))
            .Output("log_probs", "image", "beam", $"{Words}")
            .Output("h_out", "image", "beam", "1")
            .ToBytes();
    }
}
