using System.Text.Json;
using Captioning.Inference.Runtime;

namespace Captioning.Inference.Tests.Decoding;

/// <summary>The same features must give the captions that the reference's beam search gave.</summary>
public sealed class ReferenceCaptionsTests
{
    [Theory]
    [Trait("Needs", "shared")]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Decode_ReferenceFeatures_GivesReferenceCaptions(int beam)
    {
        (float[] features, int[] shape) = NpyFile.ReadHalf(Repository.Shared("decoder-reference", "regions.npy"));
        string[] names = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.Shared("decoder-reference", "regions.names.json")))!;
        JsonElement expected = Repository.Json(Repository.Shared("decoder-reference", "captions.json")).GetProperty("beam").GetProperty($"{beam}").GetProperty("captions");

        using ReferenceBundle bundle = new();
        using Captioner captioner = Captioner.Load(bundle.Folder, SessionFactory.Create(Device.Cpu));
        IReadOnlyList<IReadOnlyList<Caption>> captions = captioner.Decode(features, shape[0], new CaptionOptions { Beam = beam }, CancellationToken.None);

        Assert.Equal(
            names.Select(n => expected.GetProperty(n).GetString()),
            captions.Select(c => string.Join(' ', c[0].Tokens.Select(t => t.Text))));
    }
}
