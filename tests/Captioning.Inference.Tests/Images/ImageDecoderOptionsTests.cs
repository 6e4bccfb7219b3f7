using Captioning.Inference.Images;

namespace Captioning.Inference.Tests.Images;

public sealed class ImageDecoderOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreRight() => Assert.Empty(new ImageDecoderOptions().Validate());

    [Fact]
    public void Validate_EverythingWrong_ListsEverything()
    {
        ImageDecoderOptions options = new() { MaxBytes = 0, MaxMegapixels = double.NaN, TimeLimit = TimeSpan.Zero };
        options.Formats.Clear();

        Assert.Equal(4, options.Validate().Count());
        ArgumentException e = Assert.Throws<ArgumentException>(() => new ImageDecoder(options));
        Assert.Contains("MaxBytes is 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaxMegapixels is NaN", e.Message, StringComparison.Ordinal);
        Assert.Contains("TimeLimit is 00:00:00", e.Message, StringComparison.Ordinal);
        Assert.Contains("Formats is empty", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TooLittleMemoryForThePixels_SaysHowMuch() => Assert.Equal(
        "MemoryLimit is 1000; for images of 2 megapixels it must be at least 20000000.",
        Assert.Single(new ImageDecoderOptions { MaxMegapixels = 2, MemoryLimit = 1000 }.Validate()));
}
