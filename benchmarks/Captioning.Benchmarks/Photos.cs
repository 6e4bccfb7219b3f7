using ImageMagick;

namespace Captioning.Benchmarks;

/// <summary>
/// Makes test photos of one size from the samples: crops of 80 to 100 %, so that captions and file sizes vary as they
/// do in an archive. The same numbers give the same photos.
/// </summary>
internal sealed class Photos : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-photos-").FullName;

    public Photos(int count, uint width, uint height)
    {
        string[] samples = [.. Directory.GetFiles(Repository.Samples).Order(StringComparer.Ordinal)];
        Files = new string[count];
        Parallel.For(0, count, i =>
        {
            Random random = new(i);
            using MagickImage image = new(samples[i % samples.Length]);
            double keep = 0.8 + (0.2 * random.NextDouble());
            (uint w, uint h) = ((uint)(image.Width * keep), (uint)(image.Height * keep));
            image.Crop(new MagickGeometry(
                (int)(random.NextDouble() * (image.Width - w)), (int)(random.NextDouble() * (image.Height - h)), w, h));
            image.ResetPage();
            image.Resize(new MagickGeometry(width, height) { IgnoreAspectRatio = true });
            image.Quality = 90;
            Files[i] = Path.Combine(_folder, $"{i:D5}.jpg");
            image.Write(Files[i], MagickFormat.Jpeg);
        });
    }

    public string[] Files { get; }

    public string Folder => _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
