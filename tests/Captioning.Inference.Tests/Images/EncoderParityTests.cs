using System.Numerics.Tensors;
using System.Text.Json;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;
using Xunit.Abstractions;

namespace Captioning.Inference.Tests.Images;

/// <summary>The encoders see what they saw in training: features of our pixels against those of the reference pipeline (Pillow).</summary>
public sealed class EncoderParityTests(ITestOutputHelper output)
{
    private const float LeastCosine = 0.999f;

    [Fact]
    public void Decode_Samples_GivesTheReferenceFeatures() => Compare(
        Path.Combine(Repository.Root, "tests", "data", "encoder_features.json"),
        "efficientnet-lite2-260-flickr8k",
        Path.Combine(Repository.Root, "models", "efficientnet-lite2-260-flickr8k", "encoder.onnx"));

    [Theory]
    [Trait("Needs", "shared")]
    [InlineData("efficientnet-lite2-260")]
    [InlineData("efficientnet-lite2-260-flickr8k")]
    [InlineData("xception-299")]
    public void Decode_AllReferenceImages_GivesTheReferenceFeatures(string encoder) => Compare(
        Path.Combine(Repository.Shared(), "reference", "encoder_features.json"),
        encoder,
        Path.Combine(Repository.Shared(), "encoders", encoder + ".onnx"));

    private void Compare(string reference, string encoder, string model)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(reference));
        JsonElement entry = json.RootElement.GetProperty("encoders").GetProperty(encoder);
        int size = entry.GetProperty("size").GetInt32();
        ImageDecoder decoder = new();
        using InferenceSession session = SessionFactory.Create(Device.Cpu, threads: 1).Open(File.ReadAllBytes(model));
        List<string> failures = [];
        Assert.NotEmpty(entry.GetProperty("images").EnumerateObject());
        foreach (JsonProperty image in entry.GetProperty("images").EnumerateObject())
        {
            string folder = image.Name.StartsWith("samples/", StringComparison.Ordinal) ? Repository.Root : Repository.Shared();
            using DecodedImage decoded = decoder.Decode(ImageSource.FromFile(Path.Combine(folder, image.Name)), size, CancellationToken.None);
            float[] expected = [.. image.Value.GetProperty("pooled").EnumerateArray().Select(v => v.GetSingle())];

            float cosine = TensorPrimitives.CosineSimilarity(expected, Pooled(session, decoded));

            output.WriteLine($"{encoder} {image.Name} {cosine:F6}");
            if (!(cosine > LeastCosine))
            {
                failures.Add($"{image.Name}: cosine {cosine}, not above {LeastCosine}");
            }
        }

        Assert.Empty(failures);
    }

    private static float[] Pooled(InferenceSession session, DecodedImage image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image.Pixels.ToArray(), [1, image.Size, image.Size, 3]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["image"], [input], ["pooled"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
