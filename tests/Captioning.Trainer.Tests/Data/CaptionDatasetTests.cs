using Captioning.Trainer.Data;

namespace Captioning.Trainer.Tests.Data;

public sealed class CaptionDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Flickr8kTokens_ImagesInOrderWithCaptions()
    {
        CaptionDataset dataset = Load("b.jpg#0\tA kite .\r\na#1.jpg#0\tA lamp .\n\nb.jpg#1\tOne kite .\n");

        Assert.Equal(["b.jpg", "a#1.jpg"], dataset.Images.Select(image => image.Name));
        Assert.Equal(["A kite .", "One kite ."], dataset.Images[0].Captions);
        Assert.Empty(dataset.Problems);
    }

    [Fact]
    public void Load_BrokenLines_LeavesThemOutAndListsThem()
    {
        CaptionDataset dataset = Load("""
            a.jpg#0	A kite
            a.jpg#0	Another kite
            no tab here
            b.jpg	A lamp
            #3	A lamp
            c.jpg#x	A lamp
            d.jpg#1	A lamp
            e.jpg#0	
            d.jpg#0	 
            """);

        Assert.Equal(["a.jpg", "d.jpg"], dataset.Images.Select(image => image.Name));
        Assert.Equal(
            [
                "1 captions given twice: a.jpg#0 in line 2",
                "1 lines without a tab: line 3",
                "3 lines that do not start with image#number: line 4, line 5, line 6",
                "2 captions without text: e.jpg, d.jpg",
                "1 images without captions: e.jpg",
            ],
            dataset.Problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("a.csv", "path,caption,split\na.jpg,\"A kite, red\",train\nb.jpg,A lamp,val\na.jpg,\"One \"\"kite\"\"\",train\n")]
    [InlineData("captions.txt", "image,split,caption\na.jpg,train,\"A kite, red\"\nb.jpg,val,A lamp\na.jpg,train,\"One \"\"kite\"\"\"")]
    [InlineData("a.tsv", "file_name\tTEXT\tsplit\r\na.jpg\tA kite, red\ttrain\r\nb.jpg\tA lamp\tval\r\na.jpg\tOne \"kite\"\ttrain\r\n")]
    [InlineData("a.jsonl", """
        {"path": "a.jpg", "captions": ["A kite, red", "One \"kite\""], "split": "train"}

        {"file_name": "b.jpg", "text": "A lamp", "split": "val", "width": 4}
        """)]
    public void Load_TableOrLines_ImagesCaptionsAndSplits(string name, string text)
    {
        CaptionDataset dataset = CaptionDataset.Load(_folder.Write(name, text));

        Assert.Empty(dataset.Problems);
        Assert.Equal(["a.jpg", "b.jpg"], dataset.Images.Select(image => image.Name));
        Assert.Equal(["A kite, red", "One \"kite\""], dataset.Images[0].Captions);
        Assert.Equal(["train", "val"], dataset.Images.Select(image => image.Split));
    }

    [Theory]
    [InlineData("a.csv", "a.jpg,A kite\nb.jpg\n,A lamp\nc.jpg,\"A lamp\" is\nd.jpg,\n", "rows without an image and a caption: line 2, line 3", "rows with stray quotes: line 4", "captions without text: d.jpg")]
    [InlineData("a.jsonl", "{\"image\": \"a.jpg\", \"caption\": \"A kite\"}\n[1]\n{\"image\": \"b.jpg\"}\nx\n{\"image\": \"c.jpg\", \"caption\": 3}", "4 lines that are no JSON object with an image and a caption: line 2, line 3, line 4, ...")]
    public void Load_TableOrLinesWithDefects_LeavesThemOutAndListsThem(string name, string text, params string[] problems)
    {
        CaptionDataset dataset = CaptionDataset.Load(_folder.Write(name, text));

        Assert.Equal("a.jpg", Assert.Single(dataset.Images).Name);
        Assert.All(problems, problem => Assert.Contains(dataset.Problems, found => found.ToString().Contains(problem, StringComparison.Ordinal)));
    }

    [Fact]
    public void Load_FolderOfImagesWithTextFiles_ALineIsACaption()
    {
        Directory.CreateDirectory(_folder["more"]);
        _folder.Write("b.JPG", "");
        _folder.Write("b.txt", "A lamp\n\nOne lamp\n");
        _folder.Write("more/a.webp", "");
        _folder.Write("more/a.txt", "A kite");
        _folder.Write("c.png", "");
        _folder.Write("notes.txt", "Nothing");

        CaptionDataset dataset = CaptionDataset.Load(_folder.Path);

        Assert.Equal(["b.JPG", "more/a.webp"], dataset.Images.Select(image => image.Name));
        Assert.Equal(["A lamp", "One lamp"], dataset.Images[0].Captions);
        Assert.Equal("1 images without a text file: c.png", Assert.Single(dataset.Problems).ToString());
    }

    [Fact]
    public void Load_ManyBrokenLines_KeepsThreeExamples() =>
        Assert.Equal("5 lines without a tab: line 2, line 3, line 4, ...", Assert.Single(Load("a#0\tx\n1\n2\n3\n4\n5").Problems).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a.jpg,A kite")]
    public void Load_NoCaptions_NamesTheFileAndTheFormat(string text)
    {
        DatasetException e = Assert.Throws<DatasetException>(() => Load(text));

        Assert.Contains(_folder["captions.txt"], e.Message, StringComparison.Ordinal);
        Assert.Contains("image.jpg#0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_NamesIt() => Assert.Contains(
        _folder["none.txt"],
        Assert.Throws<DatasetException>(() => CaptionDataset.Load(_folder["none.txt"])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_KarpathyFile_SplitsByName()
    {
        CaptionDataset dataset = Load("""
            {"dataset": "x", "images": [
              {"filename": "a.jpg", "split": "train", "sentences": [{"raw": "A kite."}, {"raw": " "}]},
              {"filename": "b.jpg", "filepath": "val", "split": "test", "sentences": [{"raw": "A lamp."}]},
              {"filename": "a.jpg", "split": "val", "sentences": [{"raw": "A sea."}]},
              {"filename": "c.jpg", "split": "test", "sentences": []}]}
            """);

        Assert.Equal(["a.jpg", "val/b.jpg"], dataset.Images.Select(image => image.Name));
        Assert.Equal("val/b.jpg", Assert.Single(dataset.Select("TEST").Images).Name);
        Assert.Equal(["captions without text", "images given twice", "images without captions"], dataset.Problems.Select(problem => problem.Description));
    }

    [Fact]
    public void Load_CocoFile_JoinsImagesAndAnnotations()
    {
        CaptionDataset dataset = Load("""
            {"images": [{"id": 7, "file_name": "a.jpg"}, {"id": 8, "file_name": "b.jpg"}],
             "annotations": [{"image_id": 8, "caption": "A lamp."}, {"image_id": 7, "caption": "A kite."},
                             {"image_id": 8, "caption": "One lamp."}, {"image_id": 9, "caption": "A sea."}]}
            """);

        Assert.Equal(["A kite."], dataset.Images[0].Captions);
        Assert.Equal(["A lamp.", "One lamp."], dataset.Images[1].Captions);
        Assert.Equal("1 captions of unknown images: image_id 9", Assert.Single(dataset.Problems).ToString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"images": [{"id": "seven"}], "annotations": []}""")]
    [InlineData("""{"images": 3}""")]
    [InlineData("""{"captions": []}""")]
    public void Load_OtherJson_NamesTheFile(string json) => Assert.Contains(
        _folder["captions.txt"], Assert.Throws<DatasetException>(() => Load(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Select_SplitFile_ImagesInItsOrderAndItsProblems()
    {
        CaptionDataset dataset = Load("a.jpg#0\tA kite\nb.jpg#0\tA lamp\nc.jpg#0\tA sea");

        CaptionDataset split = dataset.Select(_folder.Write("dev.txt", "c.jpg\r\n\nx.jpg\na.jpg\nc.jpg\n"));

        Assert.Equal(["c.jpg", "a.jpg"], split.Images.Select(image => image.Name));
        Assert.Equal(
            [$"1 images of {_folder["dev.txt"]} without captions: x.jpg", $"1 images named twice in {_folder["dev.txt"]}: c.jpg"],
            split.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Select_NoImageOfTheDataset_SaysSo() =>
        Assert.Throws<DatasetException>(() => Load("a.jpg#0\tA kite").Select(_folder.Write("dev.txt", "x.jpg")));

    [Fact]
    public void Select_UnknownName_ListsTheSplits()
    {
        CaptionDataset dataset = Load("""{"images": [{"filename": "a.jpg", "split": "train", "sentences": [{"raw": "A kite."}]}]}""");

        Assert.EndsWith("there are train.", Assert.Throws<DatasetException>(() => dataset.Select("dev")).Message, StringComparison.Ordinal);
    }

    private CaptionDataset Load(string text) => CaptionDataset.Load(_folder.Write("captions.txt", text));
}
