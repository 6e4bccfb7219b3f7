using System.Globalization;
using Captioning.Trainer.Export;
using ImageMagick;
using static Onnx.TensorProto.Types;

namespace Captioning.Trainer.Tests;

/// <summary>Pictures of two colours with captions that name them, and an encoder of a few numbers: enough to learn in seconds.</summary>
internal sealed class SyntheticData : IDisposable
{
    private const int Size = 4;

    private static readonly string[] Colours = ["red", "green", "blue", "white", "black", "yellow"];

    private readonly TemporaryFolder _folder = new();

    public SyntheticData()
    {
        List<string> captions = [];
        List<string> names = [];
        foreach (string top in Colours)
        {
            foreach (string bottom in Colours)
            {
                string name = $"{top}-{bottom}.png";
                using MagickImage image = new(new MagickColor(top), 40, 40);
                using MagickImage lower = new(new MagickColor(bottom), 40, 20);
                image.Composite(lower, 0, 20);

                // So that no file is the same as another, even where a colour meets itself.
                image.SetAttribute("comment", name);
                image.Write(_folder[name]);
                captions.AddRange(CaptionsOf(name).Select((caption, i) => $"{name}#{i}\t{caption}"));
                names.Add(name);
            }
        }

        Captions = _folder.Write("captions.txt", string.Join('\n', captions));
        Train = _folder.Write("train.txt", string.Join('\n', names.Where((_, i) => i % 6 != 3)));
        Dev = _folder.Write("dev.txt", string.Join('\n', names.Where((_, i) => i % 6 == 3)));
        File.WriteAllBytes(Encoder, EncoderGraph());
    }

    /// <summary>The captions of an image. They say nothing of above and below: the encoder's regions do not know where they are.</summary>
    public static string[] CaptionsOf(string name)
    {
        string[] colours = [.. Path.GetFileNameWithoutExtension(name).Split('-').Order(StringComparer.Ordinal)];
        return [$"A {colours[0]} shape beside a {colours[1]} one.", $"Here lies {colours[1]} with {colours[0]}."];
    }

    public string Folder => _folder.Path;

    public string Captions { get; }

    public string Train { get; }

    public string Dev { get; }

    public string Encoder => _folder["encoder.onnx"];

    public string Cache => _folder["cache"];

    public string this[string name] => _folder[name];

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>A command line that trains a small model, from another one with <c>--from</c> or <c>--teachers</c>.</summary>
    /// <param name="output">The folder of the run.</param>
    /// <param name="epochs">Its epochs.</param>
    /// <param name="more">Options that are added, or take the place of those here.</param>
    public string[] TrainArguments(string output, int epochs, params string[] more)
    {
        (string Name, string Value)[] options =
        [
            ("--captions", Captions), ("--images", Folder), ("--train", Train), ("--dev", Dev), ("--encoder", Encoder), ("--cache", Cache), ("--output", output),
            ("--epochs", epochs.ToString(CultureInfo.InvariantCulture)), ("--hidden", "32"), ("--heads", "4"), ("--min-count", "1"), ("--batch", "8"), ("--warm-up", "10"),
            ("--learning-rate", "0.01"), ("--dropout", "0.1"), ("--threads", "1"),
        ];
        string[] taken = [.. more, .. more.Contains("--from") ? (string[])["--encoder", "--hidden", "--heads", "--min-count"] : [], more.Contains("--teachers") ? "--min-count" : ""];
        return ["train", .. options.Where(option => !taken.Contains(option.Name)).SelectMany(option => (string[])[option.Name, option.Value]), .. more];
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The pixels themselves are the regions, 4 x 4 of three numbers from 0 to 1, until the convolution that leaves them as they are is trained.</summary>
    private static byte[] EncoderGraph()
    {
        OnnxGraph graph = new("encoder");
        graph.Input("image", DataType.Uint8, "batch", $"{Size}", $"{Size}", "3");
        string pixels = graph.Node("Cast", ["image"], "pixels", ("to", (long)DataType.Float));
        using TorchSharp.torch.Tensor scale = TorchSharp.torch.tensor(1 / 255f);
        string scaled = graph.Node("Mul", [pixels, graph.Weight("scale", scale)], "scaled");
        string picture = graph.Node("Transpose", [scaled], "picture", ("perm", new[] { 0L, 3, 1, 2 }));
        using TorchSharp.torch.Tensor identity = TorchSharp.torch.eye(3).view(3, 3, 1, 1);
        string convolved = graph.Node("Conv", [picture, graph.Weight("convolution", identity)], "convolved");
        string flat = graph.Node("Reshape", [convolved, graph.Integers("shape", 0, 3, Size * Size)], "flat");
        graph.Node("Transpose", [flat], "regions", ("perm", new[] { 0L, 2, 1 }));
        graph.Node("ReduceMean", ["regions"], "pooled", ("axes", new[] { 1L }), ("keepdims", 0L));
        graph.Output("regions", "batch", $"{Size * Size}", "3");
        graph.Output("pooled", "batch", "3");
        return graph.ToBytes();
    }
}
