using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Inference.Batching;
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
    RequestHandler handler,
    RecentCaptions captions,
    RecentImages images,
    RecentSpeech speech,
    CaptionEngineOptions engine,
    HttpOptions options,
    TimeProvider time,
    ILogger<HttpCaptioner> logger)
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
            if (image.Refusal is { } refusal)
            {
                return Failed(image, requestId, request, refusal.Reason, Problems.Of(refusal));
            }

            Answer answer = await AskAsync(request, image, requestId, late);
            return answer.Captioned is { } captioned
                ? Captioned(request, image, await SpeakAsync(captioned, request, gone, late), answer.Attention)
                : Failed(image, requestId, request, answer.Failed!);
        }
        catch (EngineUnavailableException)
        {
            return Failed(image, requestId, request, FailureReason.Internal, Problems.NoEngine());
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return Failed(image, requestId, request, FailureReason.TimedOut, Problems.Of(
                FailureReason.TimedOut, $"'{image.Name}' was not captioned within {options.RequestTimeout.TotalSeconds:0.###} seconds.", retryable: true));
        }
        finally
        {
            captions.End(requestId);
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<Answer> AskAsync(CaptionRequest request, SubmittedImage image, string requestId, CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken);
        try
        {
            captions.Work(requestId);
            FetchedImage? fetched = null;
            CaptionJob job = new(request.ToMessage(requestId, image.Uri ?? image.Name), BatchPriority.Interactive)
            {
                Image = image.Upload,
                Fetched = captioned => fetched = captioned,
                Attention = request.Attention ?? false,
                ComesOnce = request.RequestId is null,
            };
            Answer answer = await handler.AnswerAsync(job, lastTry: true, cancellationToken);

            // Where the answer was known already, this image is not what it is about.
            if (answer.Captioned is { } caption && fetched is not null)
            {
                images.Keep(caption.Image.Sha256, fetched);
            }

            return answer;
        }
        finally
        {
            _places.Release();
        }
    }

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

    /// <summary>Speaks a caption into memory, if that was asked for. Failing speech does not lose the caption.</summary>
    private async Task<ImageCaptioned> SpeakAsync(ImageCaptioned captioned, CaptionRequest request, CancellationToken gone, CancellationToken late)
    {
        if (request.Speak is null)
        {
            return captioned;
        }

        long start = time.GetTimestamp();
        try
        {
            SpokenText spoken = await speech.GetOrSpeakAsync(captioned.Caption, request.ToSpeakOptions(), late);
            captioned = captioned with { Audio = spoken.Audio with { Uri = CaptionLinks.Of(captioned.RequestId).Audio } };
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            captioned = captioned with { SpeechError = $"It was not spoken within {options.RequestTimeout.TotalSeconds:0.###} seconds." };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            captioned = captioned with { SpeechError = e.Message };
        }

        return captioned with { Timings = captioned.Timings with { Speech = time.GetElapsedTime(start).TotalSeconds } };
    }

    private CaptionReply Captioned(CaptionRequest request, SubmittedImage image, ImageCaptioned captioned, WordAttention? attention)
    {
        WorkerMetrics.CountCaptioned();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(CaptionResponse.Of(image, captioned, attention), HttpJson.Options);
        CaptionReply reply = new(StatusCodes.Status200OK, json);
        captions.Keep(captioned.RequestId, new KeptCaption(reply, captioned, request.ToSpeakOptions()));
        return reply;
    }

    private CaptionReply Failed(SubmittedImage image, string requestId, CaptionRequest request, CaptionFailed failed)
    {
        // A source elsewhere that fails is not this worker's fault.
        int? status = failed.Reason == FailureReason.Internal && image.Upload is null ? StatusCodes.Status502BadGateway : null;
        return Failed(image, requestId, request, failed.Reason, Problems.Of(failed.Reason, failed.Message, failed.Retryable, status));
    }

    private CaptionReply Failed(SubmittedImage image, string requestId, CaptionRequest request, FailureReason reason, ProblemDetails problem)
    {
        WorkerMetrics.CountFailed(reason);
        Log.Failed(logger, reason, problem.Detail!);
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
