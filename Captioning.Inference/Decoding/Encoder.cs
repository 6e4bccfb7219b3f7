using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Decoding;

/// <summary>
/// The image encoder of a bundle: uint8 RGB [batch, size, size, 3] to a feature, either <c>regions</c>,
/// float32 [batch, regions, channels], or <c>pooled</c>, float32 [batch, channels]. Safe for concurrent use.
/// </summary>
public sealed class Encoder : IDisposable
{
    private const string Input = "image";

    private readonly InferenceSession _session;
    private readonly FeatureManifest _features;

    private Encoder(InferenceSession session, int inputSize, FeatureManifest features)
    {
        _session = session;
        _features = features;
        InputSize = inputSize;
    }

    /// <summary>The shape of the features.</summary>
    public FeatureManifest Features => _features;

    /// <summary>Width and height of the input in pixels.</summary>
    public int InputSize { get; }

    /// <summary>Bytes of one image: size x size x 3.</summary>
    public int ImageBytes => InputSize * InputSize * 3;

    /// <summary>Opens the encoder of a bundle.</summary>
    /// <param name="bundle">The verified bundle.</param>
    /// <param name="sessions">Makes the session.</param>
    /// <exception cref="ModelLoadException">The graph has not the inputs and outputs of an encoder, or does not load.</exception>
    public static Encoder Open(ModelBundle bundle, SessionFactory sessions)
    {
        ModelManifest manifest = bundle.Manifest;
        GraphContract contract = GraphContract.Open(bundle, manifest.Encoder.File, sessions);
        return Open(contract, manifest.Encoder.InputSize, manifest.Features);
    }

    /// <summary>Opens an encoder that is not in a bundle yet; its graph says how large images and features are, and the grid is taken to be square.</summary>
    /// <param name="directory">The folder of the graph, for messages.</param>
    /// <param name="file">The name of the graph, for messages.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="sessions">Makes the session.</param>
    /// <exception cref="ModelLoadException">The graph has not the inputs and outputs of an encoder, or does not load.</exception>
    internal static Encoder Open(string directory, string file, byte[] graph, SessionFactory sessions)
    {
        GraphContract contract = GraphContract.Open(directory, file, graph, sessions);
        int size = contract.Session.InputMetadata.TryGetValue(Input, out NodeMetadata? image) && image.Dimensions is [_, > 0, _, _] ? image.Dimensions[1] : 0;
        contract.RequireInput<byte>(Input, null, size, size, 3);
        contract.RequireOutput(ModelArchitecture.Attention.Feature, null, null, null);
        return Open(contract, size, Probe(contract.Accept(), size, contract));
    }

    /// <summary>The graph may leave the sizes of its outputs open; an image through it tells.</summary>
    private static FeatureManifest Probe(InferenceSession session, int size, GraphContract contract)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(new byte[size * size * 3], [1, size, size, 3]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> output = session.Run(options, [Input], [input], [ModelArchitecture.Attention.Feature]);
        long[] shape = output[0].GetTensorTypeAndShape().Shape;
        int side = (int)Math.Sqrt(shape[1]);
        if (side * side != shape[1])
        {
            contract.Refuse($"gives {shape[1]} regions, which are no square grid");
        }

        return new FeatureManifest { GridRows = side, GridColumns = side, Channels = (int)shape[2] };
    }

    private static Encoder Open(GraphContract contract, int size, FeatureManifest features)
    {
        contract.RequireInput<byte>(Input, null, size, size, 3);
        contract.RefuseOtherInputs(Input);
        contract.RequireOutput(ModelArchitecture.Attention.Feature, null, features.Regions, features.Channels);
        contract.RequireOutput(ModelArchitecture.Merge.Feature, null, features.Channels);
        return new Encoder(contract.Accept(), size, features);
    }

    /// <summary>Numbers of one image's feature.</summary>
    /// <param name="feature"><c>regions</c> or <c>pooled</c>.</param>
    public int FeatureLength(string feature) =>
        feature == ModelArchitecture.Attention.Feature ? _features.Regions * _features.Channels : _features.Channels;

    /// <summary>Runs the encoder.</summary>
    /// <param name="images">The images' pixels, <see cref="ImageBytes"/> each, one after the other.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="feature"><c>regions</c> or <c>pooled</c>; what is not asked for is not computed.</param>
    /// <param name="destination">Receives count x <see cref="FeatureLength"/> numbers.</param>
    public void Run(Memory<byte> images, int count, string feature, Memory<float> destination)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, images[..(count * ImageBytes)], [count, InputSize, InputSize, 3]);
        using OrtValue output = CreateFeature(count, feature, destination);
        using RunOptions options = new();
        _session.Run(options, [Input], [input], [feature], [output]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>The memory of a feature as a tensor of the shape that the graphs use.</summary>
    internal OrtValue CreateFeature(int count, string feature, Memory<float> memory) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance,
        memory[..(count * FeatureLength(feature))],
        feature == ModelArchitecture.Attention.Feature ? [count, _features.Regions, _features.Channels] : [count, _features.Channels]);
}
