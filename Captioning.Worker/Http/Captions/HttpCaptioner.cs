using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Speech;
using Captioning.Worker.Hosting;
using Captioning.Worker.Http.Speech;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using Captioning.Worker.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Http.Captions;

/// <summary>Has the images of HTTP requests captioned, as many at once as those of a queue; the others wait for their turn.</summary>
internal sealed partial class HttpCaptioner(
    RequestHandler handler, RecentCaptions captions, RecentImages images, RecentSpeech speech, CaptionEngineOptions engine, HttpOptions options, TimeProvider time, ILogger<HttpCaptioner> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _places = new(RequestEndpoint.UnderWay(engine));
    private int _waiting;

    /// <summary>Images that wait for their turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Has an image captioned, and keeps what the client is told of it.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="image">The image.</param>
    /// <param name="requestId">The id that the answer is kept under.</param>
    /// <param name="gone">Cancelled when nobody waits for the answer any more.</param>
    /// <param name="late">Cancelled then too, or when it takes too long.</param>
    /// <exception cref="OperationCanceledException"><paramref name="gone"/> was cancelled.</exception>
    public async Task<CaptionReply> CaptionAsync(
        CaptionRequest request, SubmittedImage image, string requestId, CancellationToken gone, CancellationToken late)
    {
        using IDisposable? scope = Log.Request(logger, requestId);
        try
        {
            await WaitAsync(late);
            try
            {
                captions.Work(requestId);
                return await WorkAsync(request, image, requestId, late);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (EngineUnavailableException)
        {
            return Failed(image, requestId, request, Problems.NoEngine());
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return Failed(image, requestId, request, Problems.Of(
                FailureReason.TimedOut, $"'{image.Name}' was not captioned within {options.RequestTimeout.TotalSeconds:0.###} seconds.", retryable: true));
        }
        finally
        {
            captions.End(requestId);
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<CaptionReply> WorkAsync(CaptionRequest request, SubmittedImage image, string requestId, CancellationToken cancellationToken)
    {
        FetchedImage? fetched = image.Upload;
        CaptionJob job = new(request.ToMessage(requestId, image.Uri), BatchPriority.Interactive)
        {
            Image = image.Upload,
            Fetched = bytes => fetched = bytes,
            Attention = request.Attention ?? false,
            ComesOnce = request.RequestId is null,
        };
        Answer answer = await handler.AnswerAsync(job, lastTry: true, cancellationToken);
        if (answer.Failed is { } failed)
        {
            WorkerMetrics.CountFailed(failed.Reason);
            Log.Failed(logger, failed.Reason, failed.Message);

            // A source elsewhere that fails is not this worker's fault.
            int? status = failed.Reason == FailureReason.Internal && image.Upload is null ? StatusCodes.Status502BadGateway : null;
            return Failed(image, requestId, request, Problems.Of(failed.Reason, failed.Message, failed.Retryable, status));
        }

        ImageCaptioned captioned = answer.Captioned!;
        WorkerMetrics.CountCaptioned();
        if (fetched is not null)
        {
            images.Keep(captioned.Image.Sha256, fetched);
        }

        if (request.Speak is not null)
        {
            captioned = await SpeakAsync(captioned, request.ToSpeakOptions(), cancellationToken);
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(CaptionResponse.Of(image, captioned, answer.Attention), HttpJson.Options);
        CaptionReply reply = new(StatusCodes.Status200OK, json);
        captions.Keep(requestId, new KeptCaption(reply, captioned, request.ToSpeakOptions()));
        return reply;
    }

    /// <summary>Speaks a caption into memory. Failing speech does not lose the caption.</summary>
    private async Task<ImageCaptioned> SpeakAsync(ImageCaptioned captioned, SpeakOptions speak, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            SpokenText spoken = await speech.GetOrSpeakAsync(captioned.Caption, speak, cancellationToken);
            captioned = captioned with { Audio = spoken.Audio with { Uri = CaptionLinks.Of(captioned.RequestId).Audio } };
        }
        catch (SpeechUnavailableException e)
        {
            captioned = captioned with { SpeechError = e.Message };
        }

        return captioned with { Timings = captioned.Timings with { Speech = time.GetElapsedTime(start).TotalSeconds } };
    }

    private CaptionReply Failed(SubmittedImage image, string requestId, CaptionRequest request, ProblemDetails problem)
    {
        problem.Extensions["requestId"] = requestId;
        problem.Extensions["index"] = image.Index;
        problem.Extensions["name"] = image.Name;
        CaptionReply reply = new(problem.Status!.Value, Problems.Serialize(problem));
        captions.Keep(requestId, new KeptCaption(reply, null, request.ToSpeakOptions()));
        return reply;
    }

    private static partial class Log
    {
        private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("Request {RequestId}");

        /// <summary>Everything that is logged until it is disposed is about a request.</summary>
        public static IDisposable? Request(ILogger logger, string requestId) => Scope(logger, requestId);

        [LoggerMessage(1, LogLevel.Information, "Answered with {Reason}: {Message}")]
        public static partial void Failed(ILogger logger, FailureReason reason, string message);
    }
}
