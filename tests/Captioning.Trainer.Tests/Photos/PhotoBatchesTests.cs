using Captioning.Inference.Images;
using Captioning.Trainer.Photos;

namespace Captioning.Trainer.Tests.Photos;

public sealed class PhotoBatchesTests
{
    private const int Size = 48;

    private static readonly Augmentation None = new() { LeastCrop = 1, Flip = false, Colour = 0, LeastQuality = 100 };

    private static readonly PhotoExample[] Examples =
    [
        .. new[] { "astronaut.png", "chelsea.png", "coffee.png", "grace_hopper.jpg", "rocket.jpg" }.Select((name, i) => new PhotoExample([[i, i], [.. Enumerable.Repeat(i, i + 1)]], Repository.Sample(name))),
    ];

    [Fact]
    public void Epoch_NoChanges_PixelsAsTheCaptionerSeesThem()
    {
        PhotoBatch[] batches = [.. Batches(None).Epoch(0, 0)];

        Assert.Equal([2, 2, 1], batches.Select(batch => batch.Captions.Length));
        foreach (PhotoBatch photo in batches.SelectMany(batch => batch.Split(1)))
        {
            PhotoExample example = Examples[photo.Captions[0][0][0]];
            using DecodedImage expected = new ImageDecoder().Decode(ImageSource.FromFile(example.Path), Size);
            Assert.Equal(expected.Pixels.ToArray(), photo.Pixels);
            Assert.Equal(example.Captions, photo.Captions[0]);
        }
    }

    [Fact]
    public void Epoch_Changes_OthersInEachEpochAndTheSameForASeed()
    {
        byte[][] first = Pixels(1, 0, 0);

        Assert.Equal(first, Pixels(1, 0, 0));
        Assert.Equal(first[1..], Pixels(1, 0, 1));
        Assert.NotEqual(Sorted(first), Sorted(Pixels(1, 1, 0)));
        Assert.NotEqual(Sorted(first), Sorted(Pixels(2, 0, 0)));

        static byte[][] Pixels(int seed, int epoch, int start) => [.. Batches(new Augmentation(), seed).Epoch(epoch, start).Select(batch => batch.Pixels)];

        static byte[] Sorted(byte[][] pixels) => [.. pixels.SelectMany(batch => batch).Order()];
    }

    [Theory]
    [InlineData(0.95, false, 0, 100)]
    [InlineData(1, true, 0, 100)]
    [InlineData(1, false, 0.1, 100)]
    [InlineData(1, false, 0, 50)]
    public void Read_OneKindOfChange_AboutTheSamePicture(double crop, bool flip, double colour, int quality)
    {
        AugmentedPhotos photos = new(new Augmentation { LeastCrop = crop, Flip = flip, Colour = colour, LeastQuality = quality }, Size);
        byte[] whole = new byte[Size * Size * 3];
        new AugmentedPhotos(None, Size).Read(Examples[0].Path, 0, whole);
        byte[] mirrored = [.. Enumerable.Range(0, whole.Length / 3).SelectMany(i => Enumerable.Range(0, 3).Select(c => whole[(((i / Size * Size) + Size - 1 - (i % Size)) * 3) + c]))];
        int changed = 0;
        for (int seed = 0; seed < 10; seed++)
        {
            byte[] pixels = new byte[whole.Length];
            photos.Read(Examples[0].Path, seed, pixels);
            double difference = Math.Min(Difference(pixels, whole), Difference(pixels, mirrored));
            Assert.InRange(difference, 0, flip ? 0 : 40);
            changed += pixels.SequenceEqual(whole) ? 0 : 1;
        }

        Assert.InRange(changed, 2, 10);

        static double Difference(byte[] a, byte[] b) => a.Zip(b).Average(pair => Math.Abs(pair.First - pair.Second));
    }

    [Fact]
    public void Epoch_ImageThatIsNone_ErrorNamesIt()
    {
        PhotoExample[] examples = [new([[1]], Path.Combine(Repository.Root, "README.md"))];
        PhotoBatches batches = new(examples, new AugmentedPhotos(None, Size), Size, 2, 1);

        ImageRejectedException e = Assert.Throws<ImageRejectedException>(() => batches.Epoch(0, 0).Count());

        Assert.Contains("README.md", e.Message, StringComparison.Ordinal);
    }

    private static PhotoBatches Batches(Augmentation augmentation, int seed = 1) => new(Examples, new AugmentedPhotos(augmentation, Size), Size, 2, seed);
}
