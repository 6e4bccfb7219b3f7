using Captioning.Contracts;
using Captioning.Worker.Inputs;

namespace Captioning.Worker.Tests.Inputs;

public sealed class InputExpanderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Expand_NamedFiles_AreTriedWhateverTheirExtension()
    {
        string text = _folder.File("notes.txt");
        string missing = _folder.Under("missing.jpg");

        Assert.Equal([new(text, "notes"), new(missing, "missing")], Expand(text, missing));
    }

    [Fact]
    public void Expand_Folder_GivesItsImagesInOrderWithTheirFolders()
    {
        _folder.File("b.JPG");
        _folder.File("a photo.png");
        _folder.File("notes.txt");
        _folder.File(".hidden.jpg");
        _folder.File("sub/ü\nline.jpeg");
        _folder.File("sub/deeper/c.heic");
        _folder.File("Abc/d.webp");

        Assert.Equal(["a photo", "b", "Abc/d", "sub/ü\nline", "sub/deeper/c"], Expand(_folder.Root).Select(image => image.Name));
    }

    [Fact]
    public void Expand_FolderWithALinkToItself_EndsAndLeavesTheLinkOut()
    {
        _folder.File("a.jpg");
        Directory.CreateSymbolicLink(_folder.Under("again"), _folder.Root);

        Assert.Equal(["a"], Expand(_folder.Root).Select(image => image.Name));
    }

    [Fact]
    public void Expand_FolderWithoutImages_IsAProblem()
    {
        _folder.File("notes.txt");

        InputImage image = Assert.Single(Expand(_folder.Root));

        Assert.Equal(new InputProblem(FailureReason.NotFound, $"The folder '{_folder.Root}' holds no image."), image.Problem);
    }

    [Theory]
    [InlineData("*.jpg", "a,b1,b2")]
    [InlineData("b?.jpg", "b1,b2")]
    [InlineData("*/x.*", "s/x,t/x")]
    [InlineData("**/x.jpg", "s/x,s/u/x,t/x")]
    [InlineData("**", "a,b1,b2,readme,s/x,s/u/x,t/x")]
    [InlineData("**/**/u/*", "s/u/x")]
    [InlineData("t*", "t/x")]
    public void Expand_Pattern_GivesWhatAShellWouldName(string pattern, string names)
    {
        foreach (string file in (string[])["a.jpg", "b1.jpg", "b2.jpg", "readme.md", ".c.jpg", "s/x.jpg", "s/u/x.jpg", "t/x.jpg"])
        {
            _folder.File(file);
        }

        Assert.Equal(names.Split(','), Expand(_folder.Under(pattern)).Select(image => image.Name));
    }

    [Fact]
    public void Expand_PatternWithoutMatch_IsAProblem()
    {
        string pattern = _folder.Under("*.jpg");

        InputImage image = Assert.Single(Expand(pattern));

        Assert.Equal(new InputProblem(FailureReason.NotFound, $"No file matches '{pattern}'."), image.Problem);
    }

    [Fact]
    public void Expand_FileWhoseNameLooksLikeAPattern_IsThatFile()
    {
        string file = _folder.File("what?*.jpg");
        _folder.File("whatever.jpg");

        Assert.Equal([new(file, "what?*")], Expand(file));
    }

    [Fact]
    public void Expand_List_NamesFilesAndFoldersLiterally()
    {
        string file = _folder.File("a*b.jpg");
        _folder.File("s/c.png");

        IEnumerable<InputImage> images = InputExpander.Expand(["-"], [file, _folder.Under("s"), "rel/./d.jpg", "../e.jpg"]);

        Assert.Equal(["a*b", "c", "rel/d", "e"], images.Select(image => image.Name));
    }

    [Theory]
    [InlineData("", "An empty path names no image.")]
    [InlineData("a\0b", "A path has a NUL in it; give --null where the list is separated by NUL.")]
    public void Expand_ImpossiblePath_IsAProblem(string path, string message) =>
        Assert.Equal(message, Assert.Single(InputExpander.Expand(["-"], [path])).Problem?.Message);

    [Fact]
    public void Expand_ManyArguments_LooksAtThemOneByOne()
    {
        static IEnumerable<string> Arguments()
        {
            yield return "first.jpg";
            throw new InvalidOperationException("The second argument was asked for.");
        }

        Assert.Equal("first.jpg", InputExpander.Expand(Arguments(), []).First().Path);
    }

    private static List<InputImage> Expand(params string[] arguments) => [.. InputExpander.Expand(arguments, [])];
}
