using System.Text.Json;
using Captioning.Inference.Runtime;

namespace Captioning.Inference.Tests.Decoding;

/// <summary>The same features must give the captions that the reference's beam search gave.</summary>
public sealed class ReferenceCaptionsTests : IDisposable
{
    private readonly Captioner _captioner = Captioner.Load(Repository.Model, SessionFactory.Create(Device.Cpu));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Decode_ReferenceFeatures_GivesReferenceCaptions(int beam)
    {
        (float[] features, int[] shape) = NpyFile.ReadHalf(Repository.Data("regions.npy"));
        string[] names = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.Data("regions.names.json")))!;
        JsonElement expected = Repository.Json(Repository.Data("decoder_captions.json")).GetProperty("beam").GetProperty($"{beam}").GetProperty("captions");

        IReadOnlyList<IReadOnlyList<Caption>> captions = _captioner.Decode(features, shape[0], new CaptionOptions { Beam = beam }, CancellationToken.None);

        Assert.Equal(
            names.Select(n => expected.GetProperty(n).GetString()),
            captions.Select(c => string.Join(' ', c[0].Tokens.Select(t => t.Text))));
    }

    public void Dispose() => _captioner.Dispose();
}
