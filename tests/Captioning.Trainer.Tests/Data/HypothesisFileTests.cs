using Captioning.Trainer.Data;

namespace Captioning.Trainer.Tests.Data;

public sealed class HypothesisFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"a.jpg": "A kite.", "b.jpg": ""}""")]
    [InlineData("""[{"image_id": "a.jpg", "caption": "A kite."}, {"file_name": "b.jpg", "caption": null}]""")]
    [InlineData("{\"path\": \"a.jpg\", \"caption\": \"A kite.\", \"score\": 1}\n\n{\"image\": \"b.jpg\", \"caption\": \"\"}\n{\"path\": \"c.jpg\", \"error\": \"broken\"}\n")]
    public void Read_EachFormat_CaptionsByImage(string text)
    {
        Dictionary<string, string> captions = HypothesisFile.Read(_folder.Write("captions.json", text));

        Assert.Equal(new Dictionary<string, string> { ["a.jpg"] = "A kite.", ["b.jpg"] = "" }, captions);
    }

    [Theory]
    [InlineData("", "holds no captions")]
    [InlineData("{}", "holds no captions")]
    [InlineData("{\"a.jpg\": ", "not a file of captions")]
    [InlineData("""{"a.jpg": 3}""", "the caption of a.jpg is not text")]
    [InlineData("""[{"image": "a.jpg"}]""", "a record must name its image")]
    [InlineData("""[{"image": "a.jpg", "caption": "x"}, {"image": "a.jpg", "caption": "y"}]""", "a.jpg is captioned twice")]
    public void Read_Unusable_SaysWhy(string text, string reason)
    {
        string path = _folder.Write("captions.json", text);

        DatasetException e = Assert.Throws<DatasetException>(() => HypothesisFile.Read(path));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
