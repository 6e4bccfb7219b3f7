using Captioning.Trainer.Models;
using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>
/// A CNN that was read from an ONNX graph, to be trained: its weights are the graph's own. Those are what convolutions, matrix products and batch normalizations
/// (scale and shift) learn by, and what is multiplied by or added behind the first of them. Batch normalizations keep the mean and variance of the graph.
/// </summary>
internal sealed class EncoderNetwork : IDisposable
{
    private readonly OnnxOperators _operators = new();
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly List<Step> _steps = [];
    private readonly string _input;
    private readonly IReadOnlyList<string> _outputs;

    private EncoderNetwork(EncoderGraph graph, int frozen)
    {
        if (frozen >= graph.Layers.Count)
        {
            throw new TrainingException($"The encoder has {graph.Layers.Count} layers with weights; {frozen} of them cannot be left as they are, or none is trained.");
        }

        (_input, Rows, Columns) = (graph.Input, graph.Rows, graph.Columns);
        _outputs = graph.Outputs;
        HashSet<string> fixedWeights = [.. graph.Layers.Take(frozen).SelectMany(layer => layer)];
        string[] learnt = [.. graph.Layers.SelectMany(layer => layer).Distinct().Where(name => !fixedWeights.Contains(name))];
        Weights = new WeightSet([.. learnt.Select(name => (name, graph.Tensors[name].Dims.ToArray()))], CPU);
        try
        {
            Read(graph, [.. learnt]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The weights that are trained, by the names of the tensors in the file.</summary>
    public WeightSet Weights { get; }

    /// <summary>Rows of a picture.</summary>
    public long Rows { get; }

    /// <summary>Columns of a picture.</summary>
    public long Columns { get; }

    /// <summary>The type that convolutions compute in: float32, or bfloat16, which is faster where the processor knows it. Weights are float32 either way.</summary>
    public ScalarType Precision
    {
        get => _operators.Precision;
        set => _operators.Precision = value;
    }

    /// <summary>Reads a network.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="frozenLayers">So many layers, from the pixels on, are not trained.</param>
    /// <exception cref="TrainingException">It cannot be trained, or computes something else than ONNX Runtime does.</exception>
    public static EncoderNetwork Read(byte[] file, int frozenLayers = 0)
    {
        EncoderNetwork network = new(EncoderGraph.Read(EncoderGraph.Parse(file)), frozenLayers);
        try
        {
            EncoderParity.Check(network, file);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network. Its tensors belong to the caller's dispose scope.</summary>
    /// <param name="images">Pixels as the graph takes them: uint8 [n, size, size, 3].</param>
    /// <returns>The graph's outputs by name, float32.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor images)
    {
        Dictionary<string, Tensor> values = new() { [_input] = images };
        foreach (Step step in _steps)
        {
            Tensor result;
            using (DisposeScope scope = NewDisposeScope())
            {
                result = step.Run(step.Node, Array.ConvertAll(step.Node.Inputs, Find)).MoveToOuterDisposeScope();
            }

            values[step.Node.Output] = result;
            foreach (string name in step.LastUses)
            {
                // What gradients need of it stays, and so does what was written over.
                if (values.Remove(name, out Tensor? value) && !ReferenceEquals(value, result))
                {
                    value.Dispose();
                }
            }
        }

        return _outputs.ToDictionary(name => name, name => Find(name)!.to_type(ScalarType.Float32));

        Tensor? Find(string name) =>
            name.Length == 0 ? null : values.TryGetValue(name, out Tensor? value) || _constants.TryGetValue(name, out value) ? value : Weights[name];
    }

    /// <summary>Runs the network in float32, whatever its precision.</summary>
    public IReadOnlyDictionary<string, Tensor> RunExactly(Tensor images)
    {
        ScalarType precision = Precision;
        try
        {
            Precision = ScalarType.Float32;
            return Run(images);
        }
        finally
        {
            Precision = precision;
        }
    }

    public void Dispose()
    {
        foreach (Tensor constant in _constants.Values)
        {
            constant.Dispose();
        }

        Weights.Dispose();
    }

    private void Read(EncoderGraph graph, HashSet<string> learnt)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach ((string name, Onnx.TensorProto proto) in graph.Tensors)
            {
                Tensor tensor = OnnxTensors.Read(proto);
                if (learnt.Contains(name))
                {
                    Weights[name].copy_(tensor);
                }
                else
                {
                    _constants.Add(name, tensor);
                }
            }

            Fold(graph);
        }

        MergePadding(graph);
        MarkInPlace(graph);
        FindLastUses();
        HashSet<string> read = [.. _steps.SelectMany(step => step.Node.Inputs), .. _outputs];
        foreach (string name in _constants.Keys.Where(name => !read.Contains(name)).ToArray())
        {
            _constants.Remove(name);
        }

        foreach (Tensor constant in _constants.Values)
        {
            constant.DetachFromDisposeScope();
        }
    }

    /// <summary>Computes what depends on neither pixels nor weights that are trained.</summary>
    private void Fold(EncoderGraph graph)
    {
        foreach (OnnxNode node in graph.Nodes)
        {
            Func<OnnxNode, Tensor?[], Tensor> run = _operators[node];
            if (Array.TrueForAll(node.Inputs, name => name.Length == 0 || _constants.ContainsKey(name)))
            {
                _constants.Add(node.Output, run(node, Array.ConvertAll(node.Inputs, name => name.Length == 0 ? null : _constants[name])));
            }
            else
            {
                _steps.Add(new Step(node, run));
            }
        }
    }

    /// <summary>Zeros that are put around a picture only for a convolution to read them cost a copy of it.</summary>
    private void MergePadding(EncoderGraph graph)
    {
        foreach (OnnxNode node in _steps.Select(step => step.Node).Where(node => node.Type == "Conv" && node.Text("auto_pad", "NOTSET") == "NOTSET").ToArray())
        {
            OnnxNode? pad = _steps.Find(step => step.Node.Output == node.Inputs[0])?.Node;
            if (pad is not { Type: "Pad" } || graph.Readers(pad.Output) > 1 || pad.Text("mode", "constant") != "constant" || !pad.Inputs.Skip(1).All(name => name.Length == 0 || _constants.ContainsKey(name)))
            {
                continue;
            }

            Tensor?[] inputs = [null, .. pad.Inputs.Skip(1).Select(name => name.Length == 0 ? null : _constants[name])];
            if (Padding.Value(pad, inputs) == 0 && Padding.Pads(pad, inputs, 4) is [0, 0, >= 0 and var top, >= 0 and var left, 0, 0, >= 0 and var bottom, >= 0 and var right])
            {
                node.Padding = [top, left, bottom, right];
                node.Inputs = [pad.Inputs[0], .. node.Inputs[1..]];
                _steps.RemoveAll(step => step.Node == pad);
            }
        }
    }

    /// <summary>An activation may write over what a convolution or a sum gives: nothing else reads it, and their gradients do not need it.</summary>
    private void MarkInPlace(EncoderGraph graph)
    {
        foreach (OnnxNode node in _steps.Select(step => step.Node).Where(node => node.Type is "Relu" or "Clip"))
        {
            node.IsInPlace = graph.Readers(node.Inputs[0]) == 1 && _steps.Exists(step => step.Node.Output == node.Inputs[0] && step.Node.Type is "Conv" or "Add" or "BatchNormalization");
        }
    }

    private void FindLastUses()
    {
        HashSet<string> later = [.. _outputs];
        HashSet<string> computed = [.. _steps.Select(step => step.Node.Output)];
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            string[] last = [.. _steps[i].Node.Inputs.Distinct().Where(name => computed.Contains(name) && later.Add(name))];
            _steps[i] = _steps[i] with { LastUses = last };
        }
    }

    /// <param name="Node">What is computed.</param>
    /// <param name="Run">How.</param>
    private sealed record Step(OnnxNode Node, Func<OnnxNode, Tensor?[], Tensor> Run)
    {
        /// <summary>Values that no later step reads.</summary>
        public IReadOnlyList<string> LastUses { get; init; } = [];
    }
}
