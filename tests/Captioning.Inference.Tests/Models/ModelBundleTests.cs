using Captioning.Inference.Models;
using Captioning.Inference.Runtime;

namespace Captioning.Inference.Tests.Models;

public sealed class ModelBundleTests
{
    [Theory]
    [InlineData("efficientnet-lite2-260-flickr8k")]
    [InlineData("efficientnet-lite2-260-flickr8k-int8")]
    public void Load_ShippedModel_SaysWhatItIs(string id)
    {
        using Captioner captioner = Captioner.Load(Path.Combine(Repository.Models, id), SessionFactory.Create(Device.Cpu));

        Assert.Equal(id, captioner.Manifest.Id);
        Assert.Equal(captioner.Manifest.Encoder.InputSize, captioner.InputSize);
        Assert.True(captioner.Manifest.Training?.Scores?.ContainsKey("cider"));
    }

    [Fact]
    public void Read_ManifestWrittenBack_IsTheSame()
    {
        string json = File.ReadAllText(Path.Combine(Repository.Model, ModelManifest.FileName));

        Assert.Equal(json.TrimEnd(), ModelManifest.Read(Repository.Model).ToJson());
    }

    [Fact]
    public void Load_FolderWithoutManifest_SaysSo()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        Assert.Contains("there is no model.json", Fail(folder), StringComparison.Ordinal);
        Assert.Contains("there is no model.json", Fail(Path.Combine(folder, "missing")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    [InlineData("null", "is empty")]
    [InlineData("{\"schemaVersion\": 1}", "missing required properties")]
    [InlineData("{\"schemaVersion\": 2, \"captioner\": {}}", "has schema version 2; this program reads versions up to 1. Use a newer program")]
    public void Load_BrokenManifest_SaysWhatIsWrong(string json, string expected)
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        File.WriteAllText(Path.Combine(model.Folder, ModelManifest.FileName), json);

        Assert.Contains(expected, Fail(model.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SeveralProblems_ListsThemAll()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Seal(m => m with
        {
            Architecture = "transformer",
            Encoder = m.Encoder with { Resize = "crop" },
            Vocabulary = m.Vocabulary with { Size = 10, Eos = "<end>" },
            Beam = m.Beam with { Width = 0 },
        });
        model.Write("step.onnx", [1, 2, 3]);
        File.Delete(Path.Combine(model.Folder, "init.onnx"));

        string message = Fail(model.Folder);

        Assert.Contains("architecture is 'transformer'; this program runs 'attention' and 'merge'", message, StringComparison.Ordinal);
        Assert.Contains("encoder.resize is 'crop'", message, StringComparison.Ordinal);
        Assert.Contains("vocabulary.txt has 9 tokens, not 10", message, StringComparison.Ordinal);
        Assert.Contains("lacks the end token '<end>'", message, StringComparison.Ordinal);
        Assert.Contains("beam.width is 0", message, StringComparison.Ordinal);
        Assert.Contains("step.onnx has 3 bytes, not ", message, StringComparison.Ordinal);
        Assert.Contains("init.onnx is missing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneByteChanged_IsDamaged()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        string path = Path.Combine(model.Folder, "encoder.onnx");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Contains("encoder.onnx is damaged", Fail(model.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileOutsideOfTheFolder_IsRefused()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Seal(m => m with { Files = new Dictionary<string, FileManifest>(m.Files) { ["../secret"] = m.Files["init.onnx"] } });

        Assert.Contains("'../secret', which is not a plain file name", Fail(model.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GraphOfAnotherArchitecture_SaysWhatDiffers()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Seal(m => m with { Architecture = "attention" });

        Assert.Contains("init.onnx lacks the input 'regions'", Fail(model.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WrongShapes_SaysWhichOnes()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Seal(m => m with { Encoder = m.Encoder with { InputSize = 8 }, Features = m.Features with { Channels = 5 } });

        string message = Fail(model.Folder);

        Assert.Contains("the input 'image' as Byte [?, 4, 4, 3], not Byte [?, 8, 8, 3]", message, StringComparison.Ordinal);
        Assert.Contains("the output 'pooled' as Single [?, 3], not Single [?, 5]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsNoGraph_SaysSo()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        model.Write("step.onnx", "not a graph"u8.ToArray());
        model.Seal();

        Assert.Contains("step.onnx is no graph that ONNX Runtime", Fail(model.Folder), StringComparison.Ordinal);
    }

    private static string Fail(string folder)
    {
        ModelLoadException e = Assert.Throws<ModelLoadException>(() => Captioner.Load(folder, SessionFactory.Create(Device.Cpu)).Dispose());
        Assert.Contains(folder, e.Message, StringComparison.Ordinal);
        return e.Message;
    }
}
