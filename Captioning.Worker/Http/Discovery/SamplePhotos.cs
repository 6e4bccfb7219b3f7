using System.Security.Cryptography;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Discovery;

/// <summary>The photos that come with the program, to try it with. They are few and small, and are kept in memory.</summary>
internal sealed class SamplePhotos(ImagePreview preview)
{
    private const string Path = "/v1/samples/";

    private readonly Lazy<SamplePhoto[]> _all = new(() => Read(preview));

    /// <summary>All, by their names.</summary>
    public IReadOnlyList<SamplePhoto> All => _all.Value;

    /// <summary>The sample of a file name; null where there is none.</summary>
    public SamplePhoto? Find(string name) => Array.Find(_all.Value, sample => sample.Image.Name == name);

    /// <summary>The sample that a path of the API names; null where it names none.</summary>
    public SamplePhoto? FindUrl(string url) => url.StartsWith(Path, StringComparison.Ordinal) ? Array.Find(_all.Value, sample => sample.Url == url) : null;

    private static SamplePhoto[] Read(ImagePreview preview)
    {
        FileExtensionContentTypeProvider types = new();
        DirectoryInfo folder = new(System.IO.Path.Join(AppContext.BaseDirectory, "samples"));
        return
        [
            .. (folder.Exists ? folder.EnumerateFiles() : [])
                .Where(file => ImageExtensions.Match(file.Name) && types.Mappings.ContainsKey(file.Extension))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => Read(file, types.Mappings[file.Extension], preview)),
        ];
    }

    private static SamplePhoto Read(FileInfo file, string contentType, ImagePreview preview)
    {
        FetchedImage image = new(file.Name, File.ReadAllBytes(file.FullName));
        return new SamplePhoto(
            Path + Uri.EscapeDataString(file.Name),
            contentType,
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(image.Bytes.Span))}\""),
            image,
            // Whoever asks first may hang up; the others get it all the same.
            new Lazy<Task<byte[]>>(() => preview.MakeAsync(image, ImagePreview.ThumbnailSide, CancellationToken.None)));
    }
}
