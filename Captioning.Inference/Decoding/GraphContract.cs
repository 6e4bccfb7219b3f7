using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Decoding;

/// <summary>Checks the inputs and outputs of an ONNX graph and collects every difference before it complains.</summary>
internal sealed class GraphContract
{
    private readonly string _directory;
    private readonly string _file;
    private readonly List<string> _problems = [];

    private GraphContract(string directory, string file, InferenceSession session)
    {
        _directory = directory;
        _file = file;
        Session = session;
    }

    public InferenceSession Session { get; }

    /// <summary>Opens a graph of a bundle.</summary>
    /// <exception cref="ModelLoadException">ONNX Runtime cannot load the graph.</exception>
    public static GraphContract Open(ModelBundle bundle, string file, SessionFactory sessions) => Open(bundle.Directory, file, bundle[file], sessions);

    /// <summary>Opens a graph.</summary>
    /// <exception cref="ModelLoadException">ONNX Runtime cannot load the graph.</exception>
    public static GraphContract Open(string directory, string file, byte[] graph, SessionFactory sessions)
    {
        try
        {
            return new GraphContract(directory, file, sessions.Open(graph));
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelLoadException(directory, $"{file} is no graph that ONNX Runtime {SessionFactory.RuntimeVersion} can run: {e.Message}", e);
        }
    }

    /// <summary>Requires an input of a type and shape; null stands for any size.</summary>
    public void RequireInput<T>(string name, params ReadOnlySpan<int?> shape) => Require<T>("input", Session.InputMetadata, name, shape);

    /// <summary>Requires a float32 output of a shape; null stands for any size.</summary>
    public void RequireOutput(string name, params ReadOnlySpan<int?> shape) => Require<float>("output", Session.OutputMetadata, name, shape);

    /// <summary>Refuses inputs that nobody would fill.</summary>
    public void RefuseOtherInputs(params IReadOnlyCollection<string> known)
    {
        foreach (string name in Session.InputMetadata.Keys.Except(known))
        {
            Refuse($"has the input '{name}', which this program does not know");
        }
    }

    /// <summary>Notes a problem of this graph.</summary>
    public void Refuse(string problem) => _problems.Add($"{_file} {problem}");

    /// <summary>The session, if there was no problem; else it is closed.</summary>
    /// <exception cref="ModelLoadException">There was one; the message lists them all.</exception>
    public InferenceSession Accept()
    {
        if (_problems.Count == 0)
        {
            return Session;
        }

        Session.Dispose();
        throw new ModelLoadException(_directory, _problems);
    }

    private void Require<T>(string kind, IReadOnlyDictionary<string, NodeMetadata> nodes, string name, ReadOnlySpan<int?> shape)
    {
        if (!nodes.TryGetValue(name, out NodeMetadata? node))
        {
            Refuse($"lacks the {kind} '{name}'");
        }
        else if (!node.IsTensor || node.ElementType != typeof(T) || !Fits(node.Dimensions, shape))
        {
            Refuse($"has the {kind} '{name}' as {Describe(node)}, not {typeof(T).Name} {Describe(shape)}");
        }
    }

    /// <summary>A graph may leave a size open (-1), which then shows in the warm-up.</summary>
    private static bool Fits(int[] dimensions, ReadOnlySpan<int?> shape)
    {
        if (dimensions.Length != shape.Length)
        {
            return false;
        }

        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] is { } size && dimensions[i] != size && dimensions[i] >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static string Describe(NodeMetadata node) =>
        node.IsTensor ? $"{node.ElementType.Name} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}]" : $"{node.OnnxValueType}";

    private static string Describe(ReadOnlySpan<int?> shape)
    {
        List<string> sizes = [];
        foreach (int? size in shape)
        {
            sizes.Add(size is null ? "?" : $"{size}");
        }

        return $"[{string.Join(", ", sizes)}]";
    }
}
