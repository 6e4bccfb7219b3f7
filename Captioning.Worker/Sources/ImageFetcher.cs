using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>Reads the image that a request names by an absolute URI, whatever its scheme.</summary>
internal sealed class ImageFetcher
{
    private readonly Dictionary<string, IByteSource> _sources;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="sources">What reads the URIs of each scheme.</param>
    /// <param name="options">The time limit.</param>
    /// <param name="time">Measures it.</param>
    public ImageFetcher(IEnumerable<IByteSource> sources, ImageSourceOptions options, TimeProvider time)
    {
        _sources = sources
            .SelectMany(source => source.Schemes.Select(scheme => (scheme, source)))
            .ToDictionary(served => served.scheme, served => served.source, StringComparer.OrdinalIgnoreCase);
        _timeout = options.Timeout;
        _time = time;
    }

    /// <summary>
    /// Reads an image. The URI is taken as it was written: <see cref="Uri"/> would rewrite the paths of files and the keys
    /// of objects.
    /// </summary>
    /// <param name="image">An absolute URI: <c>file:</c>, <c>http:</c>, <c>https:</c>, <c>s3:</c>, <c>data:</c> or <c>urn:</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The whole file, with at least one byte.</returns>
    /// <exception cref="ImageSourceException">There is no image, or it may not be read; the message names it without its secrets.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<FetchedImage> FetchAsync(string image, CancellationToken cancellationToken)
    {
        IByteSource source = Source(image);
        using CancellationTokenSource timeout = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            byte[] bytes = await source.ReadAsync(image, either.Token);
            return bytes.Length > 0
                ? new FetchedImage(SourceName.Of(image), bytes)
                : throw new ImageSourceException(FailureReason.Unreadable, image, "is empty.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ImageSourceException.TimedOut(image, _timeout, e);
        }
        catch (Exception e) when (e is not ImageSourceException and not OperationCanceledException)
        {
            throw new ImageSourceException(FailureReason.Internal, image, "could not be read because of a fault of the worker.", retryable: true, e);
        }
    }

    private IByteSource Source(string image)
    {
        int colon = image.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && _sources.TryGetValue(image[..colon], out IByteSource? source))
        {
            return source;
        }

        string served = string.Join(", ", _sources.Keys.Order().Select(scheme => scheme + ':'));
        throw new ImageSourceException(
            FailureReason.ForbiddenSource, image, $"is not a URI that this worker reads. It reads absolute URIs of these schemes: {served}.");
    }
}
