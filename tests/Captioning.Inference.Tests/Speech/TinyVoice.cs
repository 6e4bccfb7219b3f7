using System.Text.Json;
using System.Text.Json.Nodes;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Onnx;

namespace Captioning.Inference.Tests.Speech;

/// <summary>
/// A voice of a few nodes in a folder of its own: one sample an id, whose 16-bit value is the id plus 100 times the speaker.
/// </summary>
internal sealed class TinyVoice : IDisposable
{
    public static readonly SpeechOptions AsIs = new() { Normalize = false };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("voïce");

    public TinyVoice(int speakers = 1, bool modelHasSpeakers = true, string type = "text")
    {
        Config = new JsonObject
        {
            ["audio"] = new JsonObject { ["sample_rate"] = 8000 },
            ["espeak"] = new JsonObject { ["voice"] = "en-us" },
            ["phoneme_type"] = type,
            ["num_speakers"] = speakers,
            ["phoneme_id_map"] = JsonSerializer.SerializeToNode(Ids),
        };
        WriteModel(Graph(speakers > 1 && modelHasSpeakers));
        WriteConfig();
    }

    public static Dictionary<string, int[]> Ids { get; } = new()
    {
        ["_"] = [0], ["^"] = [1], ["$"] = [2], [" "] = [3], ["a"] = [10], ["b"] = [11], ["c"] = [12], ["k"] = [13],
        ["и"] = [20], ["\u0306"] = [21], ["."] = [30], [","] = [31], ["ab"] = [40],
    };

    public JsonObject Config { get; }

    public string Folder => _folder.FullName;

    public string ModelPath => Path.Combine(Folder, "tiny.onnx");

    public void WriteConfig() => File.WriteAllText(ModelPath + ".json", Config.ToJsonString());

    public void WriteModel(byte[] model) => File.WriteAllBytes(ModelPath, model);

    public PiperVoice Load(ILogger? logger = null) => PiperVoice.Load(Folder, SessionFactory.Create(Device.Cpu, 1), logger);

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Graph(bool hasSpeakers)
    {
        GraphProto graph = new() { Name = "tiny" };
        graph.Input.Add(Value("input", TensorProto.Types.DataType.Int64, 2));
        graph.Input.Add(Value("input_lengths", TensorProto.Types.DataType.Int64, 1));
        graph.Input.Add(Value("scales", TensorProto.Types.DataType.Float, 1));
        graph.Output.Add(Value("output", TensorProto.Types.DataType.Float, 3));
        graph.Initializer.Add(Scalar("hundred", 100));
        graph.Initializer.Add(Scalar("half", 0.5f));
        graph.Initializer.Add(Scalar("full", 32767));
        TensorProto axis = new() { Name = "axis", DataType = (int)TensorProto.Types.DataType.Int64 };
        axis.Dims.Add(1);
        axis.Int64Data.Add(1);
        graph.Initializer.Add(axis);
        graph.Node.Add(Node("Cast", "ids", "input"));
        graph.Node.Add(Node("Add", "middle", "ids", "half"));
        if (hasSpeakers)
        {
            graph.Input.Add(Value("sid", TensorProto.Types.DataType.Int64, 1));
            graph.Node.Add(Node("Cast", "speaker", "sid"));
            graph.Node.Add(Node("Mul", "offset", "speaker", "hundred"));
            graph.Node.Add(Node("Add", "value", "middle", "offset"));
        }

        graph.Node.Add(Node("Div", "audio", hasSpeakers ? "value" : "middle", "full"));
        graph.Node.Add(Node("Unsqueeze", "output", "audio", "axis"));
        ModelProto model = new() { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 15 });
        return model.ToByteArray();
    }

    private static TensorProto Scalar(string name, float value)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.FloatData.Add(value);
        return tensor;
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        NodeProto node = new() { OpType = type };
        node.Input.Add(inputs);
        node.Output.Add(output);
        if (type == "Cast")
        {
            node.Attribute.Add(new AttributeProto
            {
                Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)TensorProto.Types.DataType.Float,
            });
        }

        return node;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, int rank)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type, Shape = new TensorShapeProto() };
        for (int i = 0; i < rank; i++)
        {
            tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = $"{name}{i}" });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
