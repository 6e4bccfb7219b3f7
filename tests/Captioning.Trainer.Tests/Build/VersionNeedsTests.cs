using WeakenElfVersion;

namespace Captioning.Trainer.Tests.Build;

public sealed class VersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Marker = "_ZSt21ios_base_library_initv";

    private static string Library { get; } = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void Weaken_LibTorchSharp_OneFlagChanges()
    {
        byte[] original = Strong();
        byte[] weakened = [.. original];

        VersionNeeds.Read(weakened).Weaken(Version, Marker);

        Assert.True(VersionNeeds.Read(weakened).IsWeak(Version));
        Assert.Equal(1, original.Zip(weakened).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void Weaken_VersionOfFunctionsThatAreCalled_Refused()
    {
        byte[] library = Strong();
        byte[] before = [.. library];

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => VersionNeeds.Read(library).Weaken("GLIBC_2.14", Marker));

        Assert.Contains("memcpy", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, library);
    }

    [Fact]
    public void Weaken_VersionThatIsNotAskedFor_NothingHappens()
    {
        byte[] library = Strong();
        byte[] before = [.. library];

        VersionNeeds.Read(library).Weaken("GLIBCXX_9.9.9", Marker);

        Assert.Equal(before, library);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Read_NoWholeElfFile_Refused(int length)
    {
        byte[] library = File.ReadAllBytes(Library);

        Assert.Throws<InvalidDataException>(() => VersionNeeds.Read(library[..length]));
    }

    [Fact]
    public void Defines_LibStdCpp_VersionsItHas()
    {
        Assert.True(SystemLibrary.Defines("libstdc++.so.6", "GLIBCXX_3.4"));
        Assert.False(SystemLibrary.Defines("libstdc++.so.6", "GLIBCXX_9.9.9"));
    }

    /// <summary>The library as its package has it, whatever the build has made of it here.</summary>
    private static byte[] Strong()
    {
        byte[] library = File.ReadAllBytes(Library);
        VersionNeeds.Read(library).Insist(Version);
        Assert.False(VersionNeeds.Read(library).IsWeak(Version));
        return library;
    }
}
