using Captioning.Worker.Output;

namespace Captioning.Worker.Tests.Output;

public sealed class OutputNamesTests : IDisposable
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_SameNameTwice_NumbersTheLater()
    {
        OutputNames names = new(_folder.Root);

        Assert.Equal(
            [_folder.Under("s/a"), _folder.Under("s/a-2"), _folder.Under("s/a-3"), _folder.Under("a")],
            ((string[])["s/a", "s/a", "s/A", "a"]).Select(name => names.Take(name)).Select(stem => stem.Replace("A-3", "a-3", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.wav")]
    public void Take_PhotoUnderAnOutputsName_IsNotOverwritten(string photo)
    {
        _folder.File(photo, Png);

        Assert.Equal(_folder.Under("a-2"), new OutputNames(_folder.Root).Take("a"));
    }

    [Fact]
    public void Take_TextAndSpeechOfAnEarlierRun_AreReplaced()
    {
        _folder.File("a.txt", "A dog runs.\n"u8.ToArray());
        _folder.File("a.wav", "RIFF\0\0\0\0WAVEfmt "u8.ToArray());

        Assert.Equal(_folder.Under("a"), new OutputNames(_folder.Root).Take("a"));
    }
}
