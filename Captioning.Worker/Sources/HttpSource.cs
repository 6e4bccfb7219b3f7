using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>
/// Reads images from web servers. The URL comes from whoever wrote the request, so that it must not reach what only this
/// machine may reach (server-side request forgery): see <see cref="UrlPolicy"/> and <see cref="CheckedConnector"/>.
/// </summary>
internal sealed class HttpSource : IByteSource, IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpSourceOptions _options;
    private readonly UrlPolicy _policy;
    private readonly TimeProvider _time;
    private readonly int _maxBytes;
    private readonly HttpClient _client;

    /// <param name="options">Which servers are read from.</param>
    /// <param name="maxBytes">Bytes of one image at most.</param>
    /// <param name="network">The network.</param>
    /// <param name="time">Measures the time until the headers are there.</param>
    public HttpSource(HttpSourceOptions options, int maxBytes, INetwork network, TimeProvider time)
    {
        _options = options;
        _policy = new UrlPolicy(options);
        _time = time;
        _maxBytes = maxBytes;
        _client = new HttpClient(Handler(new CheckedConnector(_policy, network))) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("captioning");
        _client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
        _client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    public IReadOnlyList<string> Schemes { get; } = [Uri.UriSchemeHttp, Uri.UriSchemeHttps];

    public async Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        Hop hop = Check(new Hop(uri, uri), uri);
        for (int redirects = 0; ; redirects++)
        {
            using HttpResponseMessage response = await SendAsync(hop, cancellationToken);
            if (!IsRedirect(response.StatusCode))
            {
                return await ContentAsync(hop, response, cancellationToken);
            }

            if (redirects == _options.MaxRedirects)
            {
                throw new ImageSourceException(FailureReason.Unreadable, uri, $"redirects more than {_options.MaxRedirects} times.");
            }

            hop = Next(hop, response);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(CheckedConnector connector) => new()
    {
        ConnectCallback = connector.ConnectAsync,

        // A proxy would resolve names and choose addresses itself.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = ConnectionLifetime,

        // Content that is not wanted is not worth reading to keep its connection.
        MaxResponseDrainSize = 0,
    };

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently
        or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private Hop Check(Hop hop, string url)
    {
        string? refusal = _policy.Refuse(url, out Uri? uri);
        return uri is null ? throw hop.Fail(FailureReason.ForbiddenSource, refusal!) : hop with { Uri = uri };
    }

    private Hop Next(Hop hop, HttpResponseMessage response)
    {
        // The header as text: as a Uri, "/a.jpg" would be a file on Unix.
        if (!response.Headers.NonValidated.TryGetValues("Location", out var location) || !Uri.TryCreate(hop.Uri, location.ToString(), out Uri? target))
        {
            throw hop.Fail(FailureReason.Unreadable, "redirects to nowhere.");
        }

        Hop next = Check(hop with { Url = target.AbsoluteUri }, target.AbsoluteUri);
        return UrlPolicy.LosesEncryption(hop.Uri!, next.Uri!)
            ? throw next.Fail(FailureReason.ForbiddenSource, "is not encrypted although the URL before it was.")
            : next;
    }

    private async Task<HttpResponseMessage> SendAsync(Hop hop, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.HeaderTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using HttpRequestMessage request = new(HttpMethod.Get, hop.Uri);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw hop.Fail(FailureReason.TimedOut, $"did not answer within {_options.HeaderTimeout.TotalSeconds:0.###} seconds.", retryable: true, e);
        }
        catch (HttpRequestException e)
        {
            throw Unanswered(hop, e);
        }
    }

    private static ImageSourceException Unanswered(Hop hop, HttpRequestException e) => e.InnerException switch
    {
        // Which address it is stays unsaid: requesters could explore the private network's names.
        ForbiddenAddressException => hop.Fail(FailureReason.ForbiddenSource, "is on a host whose address this worker must not contact.", inner: e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
            hop.Fail(FailureReason.NotFound, "is on a host that does not exist.", inner: e),
        AuthenticationException => hop.Fail(FailureReason.Unreadable, "is on a host without a valid certificate.", inner: e),
        _ => hop.Fail(FailureReason.Internal, "is on a server that cannot be reached or broke off.", retryable: true, e),
    };

    private async Task<byte[]> ContentAsync(Hop hop, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        CheckHeaders(hop, response);
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await BoundedReader.ReadAsync(stream, response.Content.Headers.ContentLength, _maxBytes, cancellationToken)
                ?? throw ImageSourceException.TooLarge(hop.Image, _maxBytes);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw hop.Fail(FailureReason.Internal, "was cut short by its server.", retryable: true, e);
        }
    }

    private static void CheckHeaders(Hop hop, HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            (FailureReason reason, bool retryable) = HttpFailures.Of(response.StatusCode);
            throw hop.Fail(reason, $"was answered with status {(int)response.StatusCode}.", retryable);
        }

        if (response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encoding)
            && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw hop.Fail(FailureReason.Unsupported, "is compressed by its server although that was not asked for.");
        }

        if (response.Content.Headers.ContentType is { } type && !MediaTypes.MayBeImage(type.MediaType))
        {
            throw hop.Fail(FailureReason.Unsupported, $"is of type '{type.MediaType}' and no image.");
        }
    }

    /// <summary>Where following a URL has led.</summary>
    /// <param name="Image">The URL of the request.</param>
    /// <param name="Url">The URL to request now.</param>
    private sealed record Hop(string Image, string Url)
    {
        /// <summary><see cref="Url"/> once it is checked.</summary>
        public Uri? Uri { get; init; }

        public ImageSourceException Fail(FailureReason reason, string predicate, bool retryable = false, Exception? inner = null) => new(
            reason, Image, ReferenceEquals(Image, Url) ? predicate : $"redirects to '{SourceName.Of(Url)}', which {predicate}", retryable, inner);
    }
}
