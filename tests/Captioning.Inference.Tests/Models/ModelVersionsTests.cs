using Captioning.Inference.Models;

namespace Captioning.Inference.Tests.Models;

public sealed class ModelVersionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-versions-").FullName;
    private readonly ModelVersions _versions;

    public ModelVersionsTests() => _versions = new ModelVersions(Path.Combine(_folder, "model"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Current_OneVersionInTheFolderItself_IsTheFolder()
    {
        Bundle(_versions.Folder, "1.0.0");

        Assert.Equal(_versions.Folder, _versions.Current());
        Assert.Equal(["1.0.0"], _versions.List());
    }

    [Fact]
    public void Publish_NewVersion_Serves()
    {
        Bundle(_versions.Folder, "1.0.0");

        Assert.Equal("1.0.1", _versions.Publish(Bundle("staged", "1.0.1"), keep: 3));

        Assert.Equal(Path.Combine(_versions.Folder, "1.0.1"), _versions.Current());
        Assert.Equal(["1.0.0", "1.0.1"], _versions.List());
        Assert.False(Directory.Exists(Path.Combine(_folder, "staged")));
        Assert.Empty(Directory.GetFiles(_versions.Folder, ".*"));
    }

    [Fact]
    public void Use_EarlierVersion_Serves()
    {
        Bundle(_versions.Folder, "1.0.0");
        _versions.Publish(Bundle("staged", "1.0.1"), keep: 3);

        _versions.Use("1.0.0");

        Assert.Equal(_versions.Folder, _versions.Current());
    }

    [Theory]
    [InlineData("9")]
    [InlineData("../staged")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void Use_VersionThatIsNotThere_IsRefused(string version)
    {
        Bundle(_versions.Folder, "1.0.0");
        Bundle("staged", "1.0.1");

        Assert.Throws<ModelLoadException>(() => _versions.Use(version));
        Assert.Equal(_versions.Folder, _versions.Current());
    }

    [Fact]
    public void Publish_MoreThanAreKept_DeletesTheOldestByNumber()
    {
        Bundle(_versions.Folder, "1.0.0");
        foreach (int patch in (int[])[8, 9, 10, 11])
        {
            _versions.Publish(Bundle("staged", $"1.0.{patch}"), keep: 2);
        }

        Assert.Equal(["1.0.0", "1.0.9", "1.0.10", "1.0.11"], _versions.List());
    }

    [Fact]
    public void Publish_DamagedBundle_IsRefusedAndTheOldOneServes()
    {
        Bundle(_versions.Folder, "1.0.0");
        string staged = Bundle("staged", "1.0.1");
        File.WriteAllText(Path.Combine(staged, "vocabulary.txt"), "damaged");

        Assert.Throws<ModelLoadException>(() => _versions.Publish(staged, keep: 3));

        Assert.Equal(_versions.Folder, _versions.Current());
        Assert.True(Directory.Exists(staged));
    }

    [Fact]
    public void Publish_VersionThatIsThere_IsRefused()
    {
        _versions.Publish(Bundle("staged", "1.0.1"), keep: 3);

        Assert.Throws<ModelLoadException>(() => _versions.Publish(Bundle("again", "1.0.1"), keep: 3));
    }

    [Fact]
    public void Current_NamesWhatIsNotThere_SaysSo()
    {
        Bundle(_versions.Folder, "1.0.0");
        File.WriteAllText(Path.Combine(_versions.Folder, ModelVersions.CurrentFile), "2.0.0\n");

        ModelLoadException e = Assert.Throws<ModelLoadException>(() => _versions.Current());

        Assert.Contains("'2.0.0'", e.Message, StringComparison.Ordinal);
    }

    private string Bundle(string name, string version) => TinyModel.Write(Path.Combine(_folder, name), version);
}
