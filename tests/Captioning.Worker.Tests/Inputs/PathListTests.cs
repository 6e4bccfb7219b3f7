using Captioning.Worker.Inputs;

namespace Captioning.Worker.Tests.Inputs;

public sealed class PathListTests
{
    [Fact]
    public void Read_Lines_KeepsSpacesAndSkipsEmptyLines() =>
        Assert.Equal([" a b.jpg ", "ü.png", "last.jpg"], PathList.Read(new StringReader(" a b.jpg \r\n\nü.png\nlast.jpg"), nulSeparated: false));

    [Fact]
    public void Read_NulSeparated_KeepsLineEnds() =>
        Assert.Equal(["a\nb.jpg", "c.png", "last.jpg"], PathList.Read(new StringReader("a\nb.jpg\0c.png\0\0last.jpg"), nulSeparated: true));

    [Fact]
    public void Read_PathLongerThanTheBuffer_IsWhole()
    {
        string path = new('x', 10_000);

        Assert.Equal([path, "b"], PathList.Read(new StringReader($"{path}\0b\0"), nulSeparated: true));
    }
}
