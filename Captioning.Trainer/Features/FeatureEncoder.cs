using System.Security.Cryptography;
using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;

namespace Captioning.Trainer.Features;

/// <summary>An encoder and the hash of its graph, which names the features that it gives.</summary>
internal sealed class FeatureEncoder : IDisposable
{
    private FeatureEncoder(Encoder encoder, byte[] graph)
    {
        Encoder = encoder;
        Graph = graph;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(graph));
    }

    public Encoder Encoder { get; }

    /// <summary>The ONNX graph, as a bundle takes it over.</summary>
    public byte[] Graph { get; }

    public string Sha256 { get; }

    /// <summary>Opens an encoder.</summary>
    /// <param name="path">An ONNX graph, or the folder of a model bundle.</param>
    /// <param name="sessions">Makes the session.</param>
    /// <exception cref="ModelLoadException">There is no encoder, or it does not load.</exception>
    public static FeatureEncoder Open(string path, SessionFactory sessions)
    {
        if (Directory.Exists(path))
        {
            ModelBundle bundle = ModelBundle.Read(path);
            return new FeatureEncoder(Encoder.Open(bundle, sessions), bundle[bundle.Manifest.Encoder.File]);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        try
        {
            byte[] graph = File.ReadAllBytes(path);
            return new FeatureEncoder(Encoder.Open(folder, Path.GetFileName(path), graph, sessions), graph);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(folder, $"{Path.GetFileName(path)} cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => Encoder.Dispose();
}
