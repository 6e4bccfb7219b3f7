using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using System.Threading.RateLimiting;
using Captioning.Contracts;
using Captioning.Worker.Hosting;
using Captioning.Worker.Http.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Captioning.Worker.Http.Captions;

/// <summary><c>POST /v1/captions</c>: captions one image or many, at once, one by one as they are done, or for later.</summary>
internal sealed partial class CaptionEndpoint(
    SubmissionReader reader,
    HttpCaptioner captioner,
    RecentCaptions captions,
    UploadMemory memory,
    EngineHost engines,
    HttpOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<CaptionEndpoint> logger)
{
    /// <summary>The preference (RFC 7240) that asks for captions for later.</summary>
    public const string RespondAsync = "respond-async";

    public Task PostAsync(HttpContext http)
    {
        if (engines.Current is null)
        {
            return Problems.WriteAsync(http, Problems.NoEngine());
        }

        if (captioner.Waiting >= options.MaxQueuedImages)
        {
            return Problems.WriteAsync(http, Problems.TooMany($"{options.MaxQueuedImages} images are waiting already. Try again in a while."));
        }

        RateLimitLease room = memory.Take(Math.Min(http.Request.ContentLength ?? long.MaxValue, options.MaxUploadBytes));
        return !room.IsAcquired ? Problems.WriteAsync(http, Problems.TooMany("The worker has as many images in memory as it may. Try again in a while."))
            : IsForLater(http.Request) ? QueueAsync(http, room)
            : AnswerAsync(http, room);
    }

    /// <summary>Captions the images while the client waits.</summary>
    private async Task AnswerAsync(HttpContext http, RateLimitLease room)
    {
        using CancellationTokenSource timeout = new(options.RequestTimeout, time);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        List<Task<CaptionReply>> replies = [];
        try
        {
            bool isList = await reader.ReadAsync(
                http.Request,
                (request, image) => replies.Add(captioner.CaptionAsync(request, image, request.RequestId ?? NewId(), http.RequestAborted, late.Token)),
                late.Token);
            await (AcceptsNdjson(http.Request) ? StreamAsync(http.Response, replies)
                : isList ? WriteListAsync(http.Response, await Task.WhenAll(replies))
                : (await replies[0]).WriteAsync(http));
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await Problems.WriteAsync(http, Problems.Of(
                FailureReason.TimedOut, $"The request did not arrive within {options.RequestTimeout.TotalSeconds:0.###} seconds.", retryable: true));
        }
        finally
        {
            await late.CancelAsync();
            await EndAsync(replies, room);
        }
    }

    /// <summary>Captions the images after the client is told where to ask for them.</summary>
    private async Task QueueAsync(HttpContext http, RateLimitLease room)
    {
        CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        CancellationToken stopped = stop.Token;
        List<PendingCaption> pending = [];
        List<Task<CaptionReply>> replies = [];
        bool isList;
        try
        {
            isList = await reader.ReadAsync(http.Request, Take, http.RequestAborted);
        }
        catch
        {
            await stop.CancelAsync();
            _ = EndAsync(replies, room, stop);
            throw;
        }

        _ = EndAsync(replies, room, stop);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers["Preference-Applied"] = RespondAsync;
        if (!isList)
        {
            http.Response.Headers.Location = pending[0].Links.Self;
        }

        object body = isList ? new PendingCaptions(pending) : pending[0];
        await http.Response.WriteAsJsonAsync(body, HttpJson.Options, CancellationToken.None);

        void Take(CaptionRequest request, SubmittedImage image)
        {
            string id = request.RequestId ?? NewId();
            PendingCaption caption = new(id, image.Index, image.Name, CaptionStatus.Queued, CaptionLinks.Of(id));
            pending.Add(caption);
            if (captions.TryBegin(caption))
            {
                replies.Add(captioner.CaptionAsync(request, image, id, stopped, stopped));
            }
        }
    }

    /// <summary>Frees what images need once all of them are done with.</summary>
    private async Task EndAsync(IEnumerable<Task> replies, params IReadOnlyList<IDisposable> resources)
    {
        try
        {
            await Task.WhenAll(replies);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for them any more.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
        }
        finally
        {
            foreach (IDisposable resource in resources)
            {
                resource.Dispose();
            }
        }
    }

    private static async Task WriteListAsync(HttpResponse response, IReadOnlyList<CaptionReply> replies)
    {
        response.ContentType = MediaTypeNames.Application.Json;
        await using Utf8JsonWriter json = new(response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (CaptionReply reply in replies)
        {
            json.WriteRawValue(reply.Json, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task StreamAsync(HttpResponse response, IEnumerable<Task<CaptionReply>> replies)
    {
        response.ContentType = HttpJson.NdjsonType;
        await foreach (Task<CaptionReply> reply in Task.WhenEach(replies))
        {
            response.BodyWriter.Write((await reply).Json);
            response.BodyWriter.Write("\n"u8);
            await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        }
    }

    private static bool AcceptsNdjson(HttpRequest request)
    {
        // The first of the most wanted types.
        MediaTypeHeaderValue? wanted = request.GetTypedHeaders().Accept.MaxBy(type => type.Quality ?? 1);
        return wanted is not null && wanted.MediaType.Equals(HttpJson.NdjsonType, StringComparison.OrdinalIgnoreCase);
    }

    // RFC 7240: preferences are separated by commas, and each may have parameters.
    private static bool IsForLater(HttpRequest request) => request.Headers["Prefer"]
        .SelectMany(header => header?.Split(',') ?? [])
        .Any(preference => preference.AsSpan().Trim().StartsWith(RespondAsync, StringComparison.OrdinalIgnoreCase));

    // Whoever can guess it can ask for the caption.
    private static string NewId() => Guid.NewGuid().ToString("N");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Captioning images of a request failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
