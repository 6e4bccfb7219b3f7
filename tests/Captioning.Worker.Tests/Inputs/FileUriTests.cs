using Captioning.Worker.Inputs;

namespace Captioning.Worker.Tests.Inputs;

public sealed class FileUriTests
{
    [Theory]
    [InlineData("/photos/a.jpg", "file:///photos/a.jpg")]
    [InlineData("/beach day/a#1?.jpg", "file:///beach%20day/a%231%3F.jpg")]
    [InlineData("/100%41.jpg", "file:///100%2541.jpg")]
    [InlineData("/été/日本.jpg", "file:///%C3%A9t%C3%A9/%E6%97%A5%E6%9C%AC.jpg")]
    [InlineData("/a\nb\\c.jpg", "file:///a%0Ab%5Cc.jpg")]
    public void FromPath_AwkwardNames_ComeBackUnchanged(string path, string expected)
    {
        string uri = FileUri.FromPath(path);

        Assert.Equal(expected, uri);
        Assert.True(FileUri.TryGetPath(uri, out string? back));
        Assert.Equal(path, back);
    }

    [Theory]
    [InlineData("file://localhost/a.jpg", "/a.jpg")]
    [InlineData("FILE:///a.jpg", "/a.jpg")]
    public void TryGetPath_ThisMachine_IsItsPath(string uri, string path)
    {
        Assert.True(FileUri.TryGetPath(uri, out string? found));
        Assert.Equal(path, found);
    }

    [Theory]
    [InlineData("file://server/share/a.jpg")]
    [InlineData("http://localhost/a.jpg")]
    [InlineData("/a.jpg")]
    [InlineData("file://")]
    [InlineData("file:///a%00.jpg")]
    [InlineData("")]
    public void TryGetPath_ElsewhereOrNoFile_IsRefused(string uri) => Assert.False(FileUri.TryGetPath(uri, out _));
}
