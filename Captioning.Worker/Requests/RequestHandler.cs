using System.Security.Cryptography;
using Captioning.Contracts;
using Captioning.Inference.Images;
using Captioning.Worker.Hosting;
using Captioning.Worker.Results;
using Captioning.Worker.Sources;
using Captioning.Worker.Speech;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Requests;

/// <summary>Answers requests, wherever they come from.</summary>
internal sealed partial class RequestHandler(
    IImageCaptioner captioner, Speaker speaker, KnownAnswers known, WorkerName worker, TimeProvider time, ILogger<RequestHandler> logger)
{
    /// <summary>Answers a request. What it fails of is an answer too.</summary>
    /// <param name="job">The request.</param>
    /// <param name="lastTry">False where the request can be tried again.</param>
    /// <param name="cancellationToken">Gives the request up, unanswered.</param>
    /// <exception cref="TransientFailureException">Trying again may help, and this was not the last try.</exception>
    /// <exception cref="EngineUnavailableException">There is no engine that works.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Answer> AnswerAsync(CaptionJob job, bool lastTry, CancellationToken cancellationToken)
    {
        CaptionImage request = job.Request;
        long start = time.GetTimestamp();
        try
        {
            RequestRules.Check(request);
            return job.ComesOnce
                ? await WorkAsync(job, lastTry, cancellationToken)
                : await known.GetOrAddAsync(request.RequestId, cancel => WorkAsync(job, lastTry, cancel), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Retryable && !lastTry)
        {
            throw new TransientFailureException(e.Message, e);
        }
        catch (RequestFailedException e)
        {
            return Failed(request, e, start);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TransientFailureException or EngineUnavailableException))
        {
            Log.Failed(logger, e, request.RequestId, job.ImageName);
            return Failed(request, new RequestFailedException(
                FailureReason.Internal, $"'{job.ImageName}' could not be captioned because of a fault of the worker.", retryable: true), start);
        }
    }

    /// <summary>Speaks a caption that was answered without its speech.</summary>
    /// <exception cref="TransientFailureException">Trying again may help, and this was not the last try.</exception>
    public async Task<SpeechSynthesized> SpeakAsync(
        CaptionImage request, SpeakOptions speak, ImageCaptioned captioned, bool lastTry, CancellationToken cancellationToken)
    {
        SpeechOutcome speech = await speaker.SpeakAsync(request.RequestId, captioned.Caption, speak, !lastTry, cancellationToken);
        return new SpeechSynthesized
        {
            RequestId = request.RequestId,
            Caption = captioned.Caption,
            Audio = speech.Audio,
            SpeechError = speech.Error,
            Duration = speech.Elapsed.TotalSeconds,
            Model = captioned.Model,
            Image = captioned.Image,
            Worker = worker.Value,
            Tags = request.Tags,
            Metadata = request.Metadata,
        };
    }

    /// <summary>The answer to a request that failed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="failure">Why.</param>
    /// <param name="start">When it was taken, as the clock's timestamp; null for just now.</param>
    /// <param name="image">What was read of the image and is to blame; null where nothing is.</param>
    public Answer Failed(CaptionImage request, RequestFailedException failure, long? start = null, FetchedImage? image = null) => new(null, new CaptionFailed
    {
        RequestId = request.RequestId,
        Reason = failure.Reason,
        Message = failure.Message,
        Retryable = failure.Retryable,
        Model = captioner.Model,
        Image = image is null ? null : new ImageContent(Convert.ToHexStringLower(SHA256.HashData(image.Bytes.Span)), image.Bytes.Length),
        Elapsed = start is { } taken ? time.GetElapsedTime(taken).TotalSeconds : 0,
        Worker = worker.Value,
        Tags = request.Tags,
        Metadata = request.Metadata,
    });

    /// <exception cref="RequestFailedException">The request failed in a way that says nothing about a request of the same id that comes later.</exception>
    private async ValueTask<Answer> WorkAsync(CaptionJob job, bool lastTry, CancellationToken cancellationToken)
    {
        CaptionImage request = job.Request;
        long start = time.GetTimestamp();
        FetchedImage? image = null;
        try
        {
            CaptionOutcome outcome = await CaptionAsync(job with { Fetched = Tell }, cancellationToken);
            SpeechOutcome? speech = request.Speak is { Later: false } speak
                ? await speaker.SpeakAsync(request.RequestId, outcome.Caption.Candidates[0].Text, speak, !lastTry, cancellationToken)
                : null;
            return new Answer(Captioned(request, outcome, speech), null) { Attention = outcome.Caption.Attention };
        }
        catch (ImageRejectedException e)
        {
            return Failed(request, new RequestFailedException(Reason(e.Reason), e.Message, retryable: e.Reason == ImageRejection.TimedOut), start, image);
        }
        catch (RequestFailedException e) when (!e.Retryable && e.Reason != FailureReason.Expired)
        {
            return Failed(request, e, start);
        }

        void Tell(FetchedImage fetched)
        {
            image = fetched;
            job.Fetched?.Invoke(fetched);
        }
    }

    private async Task<CaptionOutcome> CaptionAsync(CaptionJob job, CancellationToken cancellationToken)
    {
        if (job.Request.Deadline is not { } deadline)
        {
            return await captioner.CaptionAsync(job, cancellationToken);
        }

        TimeSpan left = deadline - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            throw Expired(job, deadline);
        }

        using CancellationTokenSource late = new(left < LongestTimer ? left : LongestTimer, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await captioner.CaptionAsync(job, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Expired(job, deadline);
        }
    }

    private ImageCaptioned Captioned(CaptionImage request, CaptionOutcome outcome, SpeechOutcome? speech)
    {
        CaptionCandidate best = outcome.Caption.Candidates[0];
        return new ImageCaptioned
        {
            RequestId = request.RequestId,
            Caption = best.Text,
            Score = best.Score,
            LogProbability = outcome.Caption.LogProbability,
            Candidates = outcome.Caption.Candidates,
            Words = outcome.Caption.Words,
            Model = outcome.Model,
            Image = outcome.Caption.Image,
            Audio = speech?.Audio,
            SpeechError = speech?.Error,
            Timings = outcome.Timings with { Speech = speech?.Elapsed.TotalSeconds },
            Worker = worker.Value,
            Tags = request.Tags,
            Metadata = request.Metadata,
        };
    }

    private static TimeSpan LongestTimer { get; } = TimeSpan.FromDays(40);

    private static RequestFailedException Expired(CaptionJob job, DateTimeOffset deadline) =>
        new(FailureReason.Expired, $"'{job.ImageName}' was not captioned before the deadline of its request, {deadline:u}.");

    public static FailureReason Reason(ImageRejection reason) => reason switch
    {
        ImageRejection.NotFound => FailureReason.NotFound,
        ImageRejection.Unsupported => FailureReason.Unsupported,
        ImageRejection.TooLarge => FailureReason.TooLarge,
        ImageRejection.TimedOut => FailureReason.TimedOut,
        _ => FailureReason.Unreadable,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {RequestId} for {Image} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId, string image);
    }
}
