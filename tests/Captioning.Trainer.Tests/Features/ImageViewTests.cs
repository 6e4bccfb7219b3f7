using Captioning.Trainer.Features;

namespace Captioning.Trainer.Tests.Features;

public sealed class ImageViewTests
{
    [Fact]
    public void Series_FirstTwo_WholeAndMirrored()
    {
        IReadOnlyList<ImageView> views = ImageView.Series(8);

        Assert.Equal(ImageView.Whole, views[0]);
        Assert.Equal(ImageView.Whole with { Flip = true }, views[1]);
        Assert.Equal(8, views.Distinct().Count());
        Assert.All(views, view => Assert.InRange(view.Scale, 0.8, 1));
        Assert.Equal(views.Take(4), ImageView.Series(4));
    }

    [Fact]
    public void Cut_PartMirrored_ItsPixels()
    {
        // 4 pixels seen at half the size of an 8 x 8 photo, at the right and in the middle.
        ImageView view = new(0.5, 1, 0.5, Flip: true);
        byte[] photo = [.. Enumerable.Range(0, 8 * 8).SelectMany(pixel => new[] { (byte)pixel, (byte)1, (byte)2 })];
        byte[] cut = new byte[4 * 4 * 3];

        view.Cut(photo, cut, 4);

        Assert.Equal(8, view.DecodedSize(4));
        Assert.Equal([23, 1, 2, 22, 1, 2, 21, 1, 2, 20, 1, 2], cut[..12]);
        Assert.Equal(47, cut[^12]);
    }

    [Fact]
    public void Key_DependsOnImageAndView()
    {
        UInt128[] keys = [.. ImageView.Series(3).SelectMany(view => new[] { view.Key([1]), view.Key([2]) })];

        Assert.Equal(6, keys.Distinct().Count());
        Assert.Equal(ImageView.Whole.Key([1]), keys[0]);
    }
}
