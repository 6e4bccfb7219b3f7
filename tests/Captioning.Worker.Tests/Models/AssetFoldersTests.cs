using Captioning.Worker.Models;

namespace Captioning.Worker.Tests.Models;

public sealed class AssetFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_Given_IsTaken() => Assert.Equal("given", AssetFolders.Models("given"));

    [Fact]
    public void Search_CurrentFolderHasOne_ComesFirst()
    {
        _folder.File("here/models/x");
        _folder.File("program/models/x");

        Assert.Equal(_folder.Under("here/models"), AssetFolders.Search("models", _folder.Under("here"), _folder.Under("program")));
    }

    [Fact]
    public void Search_ElsewhereThanTheRepository_FindsTheProgramsOwn()
    {
        _folder.File("repository/models/x");
        _folder.File("here/x");
        string program = Directory.CreateDirectory(_folder.Under("repository/bin/release")).FullName;

        Assert.Equal(_folder.Under("repository/models"), AssetFolders.Search("models", _folder.Under("here"), program));
    }
}
