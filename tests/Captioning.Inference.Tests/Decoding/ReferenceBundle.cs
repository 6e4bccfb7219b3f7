using System.Security.Cryptography;
using Captioning.Inference.Models;

namespace Captioning.Inference.Tests.Decoding;

/// <summary>The reference's encoder, decoder and length penalty as a model bundle in a temporary folder.</summary>
internal sealed class ReferenceBundle : IDisposable
{
    public ReferenceBundle()
    {
        Copy(Repository.Shared("encoders", "efficientnet-lite2-260-flickr8k.onnx"), "encoder.onnx");
        foreach (string file in new[] { "decoder_init.onnx", "decoder_step.onnx", "vocabulary.txt" })
        {
            Copy(Repository.Shared("decoder-reference", file), file);
        }

        ModelManifest shipped = ModelManifest.Read(Repository.Model);
        ModelManifest manifest = shipped with
        {
            Id = "reference",
            Vocabulary = shipped.Vocabulary with { Size = File.ReadLines(Path.Combine(Folder, "vocabulary.txt")).Count() },
            Beam = shipped.Beam with { LengthPenalty = 0.7 },
            Files = new DirectoryInfo(Folder).GetFiles().ToDictionary(
                file => file.Name, file => new FileManifest { Size = file.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName))) }),
        };
        File.WriteAllText(Path.Combine(Folder, ModelManifest.FileName), manifest.ToJson());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("captioning-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Copy(string source, string name) => File.WriteAllBytes(Path.Combine(Folder, name), File.ReadAllBytes(source));
}
