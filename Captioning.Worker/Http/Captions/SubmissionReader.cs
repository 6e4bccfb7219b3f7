using System.Net.Mime;
using System.Text;
using Captioning.Contracts;
using Captioning.Worker.Http.Discovery;
using Captioning.Worker.Http.Speech;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Captions;

/// <summary>Reads the images and options of a request from its body: a form, an image, or JSON.</summary>
internal sealed class SubmissionReader(HttpOptions options, ImageSourceOptions sources, VoiceRules voices, SamplePhotos samples)
{
    private const string Form = MediaTypeNames.Multipart.FormData;
    private const int MaxFieldBytes = 64 << 10;

    private static readonly string[] PublicSchemes = ["http", "https", "data"];

    /// <summary>Reads a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="take">Told of each image as soon as it and the options are there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True where the client asked for a list, though it may have one image only.</returns>
    /// <exception cref="RequestFailedException">The body is wrong. Images may have been taken before that was found out.</exception>
    public async Task<bool> ReadAsync(HttpRequest http, Action<CaptionRequest, SubmittedImage> take, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out MediaTypeHeaderValue? type))
        {
            throw Unsupported(http);
        }

        if (type.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            return await ReadFormAsync(http, type, take, cancellationToken);
        }

        if (type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase))
        {
            return await ReadJsonAsync(http, take, cancellationToken);
        }

        if (MediaTypes.MayBeImage(type.MediaType.AsSpan()))
        {
            CaptionRequest request = Checked(new CaptionRequest().With(http.Query));
            take(request, await ReadImageAsync(http.Body, http.ContentLength, 0, "image", cancellationToken));
            return false;
        }

        throw Unsupported(http);
    }

    private async Task<bool> ReadJsonAsync(HttpRequest http, Action<CaptionRequest, SubmittedImage> take, CancellationToken cancellationToken)
    {
        CaptionRequest json = await JsonBody.ReadAsync<CaptionRequest>(http.HttpContext, cancellationToken);
        if ((json.Image is null) == (json.Images is null))
        {
            throw CaptionRequest.Wrong("its JSON must have either image or images");
        }

        CaptionRequest request = Checked(json.With(http.Query));
        IReadOnlyList<string> images = json.Images ?? [json.Image!];
        if (images.Count == 0)
        {
            throw CaptionRequest.Wrong("there is no image in it");
        }

        for (int i = 0; i < images.Count; i++)
        {
            Add(request, FromUri(images[i] ?? throw CaptionRequest.Wrong("an image is null"), i), images.Count - 1, take);
        }

        return json.Images is not null;
    }

    /// <summary>
    /// Reads a form part by part. The first image waits for what comes after it: if that is no image, it may be an option.
    /// </summary>
    private async Task<bool> ReadFormAsync(HttpRequest http, MediaTypeHeaderValue type, Action<CaptionRequest, SubmittedImage> take, CancellationToken cancellationToken)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 } given
            ? given
            : throw CaptionRequest.Wrong("its Content-Type has no boundary");
        MultipartReader parts = new(boundary, http.Body) { BodyLengthLimit = null };
        CaptionRequest request = new();
        SubmittedImage? first = null;
        int count = 0;
        try
        {
            while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                ContentDispositionHeaderValue? disposition = part.GetContentDispositionHeader();
                string field = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value ?? string.Empty;
                if (field is not ("image" or "url"))
                {
                    request = count < 2
                        ? request.With(field, await ReadFieldAsync(part.Body, field, cancellationToken))
                        : throw CaptionRequest.Wrong($"the field '{field}' comes after images that are being captioned already; put it before them");
                    continue;
                }

                if (count == 1)
                {
                    Add(Checked(request.With(http.Query)), first!, 1, take);
                }

                SubmittedImage image = field == "url"
                    ? FromUri(await ReadFieldAsync(part.Body, field, cancellationToken), count)
                    : await ReadImageAsync(part.Body, null, count, FileName(disposition!, count), cancellationToken);
                first ??= image;
                if (count > 0)
                {
                    Add(Checked(request.With(http.Query)), image, count, take);
                }

                count++;
            }
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new RequestFailedException(FailureReason.InvalidRequest, $"The request is wrong: its form cannot be read: {e.Message}", retryable: false, e);
        }

        if (count == 0)
        {
            throw CaptionRequest.Wrong("there is no image in its form; put photos into fields called image, or their URLs into fields called url");
        }

        if (count == 1)
        {
            take(Checked(request.With(http.Query)), first!);
        }

        return count > 1;
    }

    private void Add(CaptionRequest request, SubmittedImage image, int last, Action<CaptionRequest, SubmittedImage> take)
    {
        if (last >= options.MaxImages)
        {
            throw new RequestFailedException(FailureReason.TooLarge, $"The request has more than {options.MaxImages} images, the most that this worker takes at once.");
        }

        if (last > 0 && request.RequestId is not null)
        {
            throw CaptionRequest.Wrong("requestId names one image, and there are several");
        }

        take(request, image);
    }

    private async Task<SubmittedImage> ReadImageAsync(Stream body, long? length, int index, string name, CancellationToken cancellationToken)
    {
        SubmittedImage image = new(index, name);
        return await BoundedReader.ReadAsync(body, length, sources.MaxBytes, cancellationToken) is { } bytes
            ? image with { Upload = new FetchedImage(name, bytes) }
            : image with
            {
                Refusal = new RequestFailedException(
                    FailureReason.TooLarge, $"'{name}' has more than {sources.MaxBytes:N0} bytes, the most that this worker reads."),
            };
    }

    private SubmittedImage FromUri(string uri, int index)
    {
        if (samples.FindUrl(uri) is { } sample)
        {
            return new SubmittedImage(index, sample.Image.Name) { Upload = sample.Image };
        }

        SubmittedImage image = new(index, SourceName.Of(uri)) { Uri = uri };
        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        return options.WorkerSources || (colon > 0 && PublicSchemes.Contains(uri[..colon], StringComparer.OrdinalIgnoreCase))
            ? image
            : image with
            {
                Refusal = new RequestFailedException(
                    FailureReason.ForbiddenSource,
                    $"'{image.Name}' is not a URI that this worker reads for HTTP clients. It reads absolute URIs of these schemes: http:, https:, data:."),
            };
    }

    private static async Task<string> ReadFieldAsync(Stream body, string field, CancellationToken cancellationToken) =>
        await BoundedReader.ReadAsync(body, null, MaxFieldBytes, cancellationToken) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw CaptionRequest.Wrong($"the field '{SourceName.Printable(field)}' has more than {MaxFieldBytes:N0} bytes");

    private static string FileName(ContentDispositionHeaderValue disposition, int index)
    {
        string? name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        return string.IsNullOrWhiteSpace(name) ? $"image {index + 1}" : SourceName.Printable(name);
    }

    private CaptionRequest Checked(CaptionRequest request)
    {
        request.Check();
        voices.Check(request.ToSpeakOptions().Voice);
        return request;
    }

    private static RequestFailedException Unsupported(HttpRequest http) => new(
        FailureReason.Unsupported,
        $"The body's Content-Type is '{SourceName.Printable(http.ContentType ?? string.Empty)}'; it must be {Form}, {MediaTypeNames.Application.Json}, image/... or {MediaTypeNames.Application.Octet}.");
}
