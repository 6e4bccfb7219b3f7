using System.Collections.Concurrent;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Decoding;

/// <summary>
/// The caption decoder of a bundle, of any <see cref="ModelArchitecture"/>: one graph that runs once per image and
/// one that runs once per token. Safe for concurrent use.
/// </summary>
internal sealed class Decoder : IDisposable
{
    public const string Token = "token";
    public const string LogProbs = "log_probs";
    public const string Attention = "attention";
    private const string StateSuffix = "_out";

    private readonly InferenceSession _init;
    private readonly string[] _initOutputs;
    private readonly ConcurrentBag<DecoderBuffers> _buffers = [];

    private Decoder(InferenceSession init, InferenceSession step, ModelBundle bundle)
    {
        _init = init;
        Step = step;
        Architecture = bundle.Architecture;
        VocabularySize = bundle.Vocabulary.Size;
        Regions = bundle.Manifest.Features.Regions;
        States = [.. StateNames(step)];
        StateSizes = [.. States.Select(s => step.InputMetadata[s].Dimensions[^1])];
        Memories = [.. MemoryNames(step)];
        _initOutputs = [.. Memories, .. States.Where(init.OutputMetadata.ContainsKey)];
        Inputs = [Token, .. States, .. Memories];
        Outputs = [LogProbs, .. States.Select(s => s + StateSuffix)];
        OutputsWithAttention = Architecture.HasAttention ? [.. Outputs, Attention] : Outputs;
    }

    public ModelArchitecture Architecture { get; }

    public int VocabularySize { get; }

    public int Regions { get; }

    public InferenceSession Step { get; }

    /// <summary>Names of the state's tensors, such as <c>h</c> and <c>c</c>.</summary>
    public string[] States { get; }

    /// <summary>Numbers per hypothesis of each of <see cref="States"/>.</summary>
    public int[] StateSizes { get; }

    /// <summary>Names of the tensors that an image's hypotheses share, such as <c>keys</c>.</summary>
    public string[] Memories { get; }

    /// <summary>The step's inputs: token, states, memories.</summary>
    public string[] Inputs { get; }

    /// <summary>The step's outputs: log-probabilities, states.</summary>
    public string[] Outputs { get; }

    /// <summary><see cref="Outputs"/> and, where the architecture has it, the attention.</summary>
    public string[] OutputsWithAttention { get; }

    /// <summary>Opens the decoder of a bundle.</summary>
    /// <exception cref="ModelLoadException">The graphs have not the inputs and outputs of the architecture, or do not load.</exception>
    public static Decoder Open(ModelBundle bundle, SessionFactory sessions)
    {
        ModelManifest manifest = bundle.Manifest;
        GraphContract init = GraphContract.Open(bundle, manifest.Decoder.Init, sessions);
        GraphContract? step = null;
        try
        {
            RequireInit(init, bundle);
            InferenceSession initSession = init.Accept();
            step = GraphContract.Open(bundle, manifest.Decoder.Step, sessions);
            RequireStep(step, initSession, bundle);
            return new Decoder(initSession, step.Accept(), bundle);
        }
        catch
        {
            init.Session.Dispose();
            step?.Session.Dispose();
            throw;
        }
    }

    /// <summary>Starts to decode a batch: runs the init graph.</summary>
    /// <param name="feature">The encoder's feature, float32 [image, ...].</param>
    /// <param name="images">The number of images.</param>
    /// <param name="beam">The most hypotheses per image.</param>
    /// <param name="attention">Whether the steps give attention.</param>
    public DecoderBatch Begin(OrtValue feature, int images, int beam, bool attention)
    {
        using RunOptions options = new();
        IDisposableReadOnlyCollection<OrtValue> outputs = _init.Run(options, [Architecture.Feature], [feature], _initOutputs);
        if (!_buffers.TryTake(out DecoderBuffers? buffers))
        {
            buffers = new DecoderBuffers();
        }

        buffers.Reserve(this, images * beam);
        return new DecoderBatch(this, buffers, _initOutputs, outputs, images, attention && Architecture.HasAttention);
    }

    /// <summary>Takes back the buffers of a batch that is done.</summary>
    public void Return(DecoderBuffers buffers) => _buffers.Add(buffers);

    public void Dispose()
    {
        _init.Dispose();
        Step.Dispose();
    }

    private static IEnumerable<string> StateNames(InferenceSession step) =>
        step.InputNames.Where(i => step.OutputMetadata.ContainsKey(i + StateSuffix));

    private static IEnumerable<string> MemoryNames(InferenceSession step) =>
        step.InputNames.Except(StateNames(step)).Where(i => i != Token);

    private static void RequireInit(GraphContract init, ModelBundle bundle)
    {
        FeatureManifest features = bundle.Manifest.Features;
        string feature = bundle.Architecture.Feature;
        if (feature == ModelArchitecture.Attention.Feature)
        {
            init.RequireInput<float>(feature, null, features.Regions, features.Channels);
        }
        else
        {
            init.RequireInput<float>(feature, null, features.Channels);
        }

        init.RefuseOtherInputs(feature);
    }

    private static void RequireStep(GraphContract step, InferenceSession init, ModelBundle bundle)
    {
        step.RequireInput<long>(Token, null, null);
        step.RequireOutput(LogProbs, null, null, bundle.Vocabulary.Size);
        if (bundle.Architecture.HasAttention)
        {
            step.RequireOutput(Attention, null, null, bundle.Manifest.Features.Regions);
        }

        foreach (string state in StateNames(step.Session))
        {
            int[] dimensions = step.Session.InputMetadata[state].Dimensions;
            if (dimensions.Length != 3 || dimensions[2] <= 0)
            {
                step.Refuse($"has the state '{state}' with {dimensions.Length} dimensions or an open size; it must be [image, beam, size]");
                continue;
            }

            step.RequireInput<float>(state, null, null, dimensions[2]);
            step.RequireOutput(state + StateSuffix, null, null, dimensions[2]);
        }

        foreach (string memory in MemoryNames(step.Session))
        {
            if (!init.OutputMetadata.ContainsKey(memory))
            {
                step.Refuse($"has the input '{memory}', which {bundle.Manifest.Decoder.Init} does not give");
            }
            else if (step.Session.InputMetadata[memory].ElementType != typeof(float) || init.OutputMetadata[memory].ElementType != typeof(float))
            {
                step.Refuse($"has the input '{memory}', which must be float32");
            }
        }
    }
}
