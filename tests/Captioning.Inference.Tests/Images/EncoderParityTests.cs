using System.Numerics.Tensors;
using System.Text.Json;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;
using ImageMagick;
using Microsoft.ML.OnnxRuntime;
using Xunit.Abstractions;

namespace Captioning.Inference.Tests.Images;

/// <summary>The encoders see what they saw in training: features of our pixels against those of the reference pipeline (Pillow).</summary>
public sealed class EncoderParityTests(ITestOutputHelper output)
{
    private const float LeastCosine = 0.999f;

    [Fact]
    public void Decode_Samples_ShippedEncoderSeesWhatItSeesOfPillowsPixels()
    {
        const int Size = 260;
        using InferenceSession session = Open(Path.Combine(Repository.Root, "models", "efficientnet-lite2-260-flickr8k", "encoder.onnx"));
        string[] references = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "data", $"resized-{Size}"));

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            string photo = Directory.GetFiles(Repository.Samples, Path.GetFileNameWithoutExtension(reference) + ".*").Single();
            using MagickImage pillow = new(reference);
            using IPixelCollection<byte> pixels = pillow.GetPixels();

            AssertClose(photo, Pooled(session, pixels.ToByteArray(PixelMapping.RGB)!, Size), Pooled(session, photo, Size));
        });
    }

    [Theory]
    [Trait("Needs", "shared")]
    [InlineData("efficientnet-lite2-260")]
    [InlineData("efficientnet-lite2-260-flickr8k")]
    [InlineData("xception-299")]
    public void Decode_AllReferenceImages_GivesTheReferenceFeatures(string encoder)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared(), "reference", "encoder_features.json")));
        JsonElement entry = json.RootElement.GetProperty("encoders").GetProperty(encoder);
        int size = entry.GetProperty("size").GetInt32();
        using InferenceSession session = Open(Path.Combine(Repository.Shared(), "encoders", encoder + ".onnx"));

        Assert.NotEmpty(entry.GetProperty("images").EnumerateObject());
        Assert.All(entry.GetProperty("images").EnumerateObject(), image =>
        {
            string folder = image.Name.StartsWith("samples/", StringComparison.Ordinal) ? Repository.Root : Repository.Shared();
            float[] expected = [.. image.Value.GetProperty("pooled").EnumerateArray().Select(v => v.GetSingle())];

            AssertClose(image.Name, expected, Pooled(session, Path.Combine(folder, image.Name), size));
        });
    }

    private void AssertClose(string image, float[] expected, float[] actual)
    {
        float cosine = TensorPrimitives.CosineSimilarity(expected, actual);
        output.WriteLine($"{image} {cosine:F6}");
        Assert.True(cosine > LeastCosine, $"{image}: cosine {cosine}, not above {LeastCosine}");
    }

    private static InferenceSession Open(string model) => SessionFactory.Create(Device.Cpu, threads: 1).Open(File.ReadAllBytes(model));

    private static float[] Pooled(InferenceSession session, string photo, int size)
    {
        using DecodedImage decoded = new ImageDecoder().Decode(ImageSource.FromFile(photo), size, CancellationToken.None);
        return Pooled(session, decoded.Pixels.ToArray(), size);
    }

    private static float[] Pooled(InferenceSession session, byte[] pixels, int size)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, size, size, 3]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["image"], [input], ["pooled"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
