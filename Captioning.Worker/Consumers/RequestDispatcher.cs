using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference.Batching;
using Captioning.Worker.Hosting;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using Captioning.Worker.Telemetry;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Consumers;

/// <summary>Takes requests out of messages, has them answered and sends the answers.</summary>
internal sealed partial class RequestDispatcher(RequestHandler handler, RequestOptions options, ILogger<RequestDispatcher> logger)
{
    /// <summary>Answers a request in MassTransit's envelope.</summary>
    /// <param name="context">The message.</param>
    /// <param name="priority">Which requests go first; null for what the request says.</param>
    /// <exception cref="InvalidMessageException">The message has no request id to answer to.</exception>
    /// <exception cref="TransientFailureException">The request failed in a way that may pass, and may be tried again.</exception>
    public Task AnswerAsync(ConsumeContext<CaptionImage> context, BatchPriority? priority = null) =>
        AnswerAsync(context, context.Message, priority, EnvelopeReply.Instance);

    /// <summary>Answers a request in plain JSON.</summary>
    /// <param name="context">The message.</param>
    /// <param name="priority">Which requests go first; null for what the request says.</param>
    /// <exception cref="InvalidMessageException">The message has no request id to answer to.</exception>
    /// <exception cref="TransientFailureException">The request failed in a way that may pass, and may be tried again.</exception>
    public async Task AnswerAsync(ConsumeContext<JsonRequest> context, BatchPriority? priority = null)
    {
        CaptionImage? request;
        try
        {
            context.SerializerContext.TryGetMessage(out request);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            if (string.IsNullOrWhiteSpace(context.Message.Id))
            {
                throw new InvalidMessageException($"The message is no request: {e.Message}", e);
            }

            using IDisposable? wrong = Log.Request(logger, context.Message.Id);
            RequestFailedException failure = new(FailureReason.InvalidRequest, $"The request is wrong: {e.Message}");
            await SendAsync(context, handler.Failed(context.Message.ToRequest(), failure), JsonReply.Instance);
            return;
        }

        await AnswerAsync(context, request!, priority, JsonReply.Instance);
    }

    private async Task AnswerAsync(ConsumeContext context, CaptionImage request, BatchPriority? priority, IReply reply)
    {
        if (string.IsNullOrWhiteSpace(request.RequestId))
        {
            throw new InvalidMessageException("The message has no requestId.");
        }

        using IDisposable? scope = Log.Request(logger, request.RequestId);
        try
        {
            await WorkAsync(context, request, priority, reply);
        }
        catch (EngineUnavailableException)
        {
            GiveBack(context);
        }
    }

    private async Task WorkAsync(ConsumeContext context, CaptionImage request, BatchPriority? priority, IReply reply)
    {
        bool lastTry = context.GetRetryAttempt() >= options.Retries;
        Answer answer = context.ReceiveContext.Body.Length > options.MaxMessageBytes
            ? handler.Failed(request, TooLarge(context))
            : await handler.AnswerAsync(new CaptionJob(request, priority ?? Priority(request)), lastTry, context.CancellationToken);
        await SendAsync(context, answer, reply);
        if (answer.Captioned is { } captioned && request.Speak is { Later: true } speak)
        {
            SpeechSynthesized speech = await handler.SpeakAsync(request, speak, captioned, lastTry, context.CancellationToken);
            await reply.SendAsync(context, speech);
            if (speech.Audio is not null)
            {
                WorkerMetrics.CountSpoken();
            }
        }
    }

    private async Task SendAsync(ConsumeContext context, Answer answer, IReply reply)
    {
        await reply.SendAsync(context, answer);
        if (answer.Failed is { } failed)
        {
            WorkerMetrics.CountFailed(failed.Reason);
            Log.Failed(logger, failed.Reason, failed.Message);
        }
        else
        {
            WorkerMetrics.CountCaptioned();
            Log.Captioned(logger);
        }
    }

    /// <summary>
    /// Leaves a message as it is, neither acknowledged nor faulted: the broker takes it back when the bus stops, which it does
    /// without an engine.
    /// </summary>
    private static void GiveBack(ConsumeContext context)
    {
        (context.ReceiveContext as BaseReceiveContext)?.Cancel();
        throw new OperationCanceledException(context.CancellationToken);
    }

    private static BatchPriority Priority(CaptionImage request) =>
        request.Priority == CaptionPriority.Interactive ? BatchPriority.Interactive : BatchPriority.Bulk;

    private RequestFailedException TooLarge(ConsumeContext context) => new(
        FailureReason.TooLarge,
        $"The message has {context.ReceiveContext.Body.Length:N0} bytes; the most that this worker takes is {options.MaxMessageBytes:N0}.");

    private static partial class Log
    {
        private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("Request {RequestId}");

        /// <summary>Everything that is logged until it is disposed is about a request.</summary>
        public static IDisposable? Request(ILogger logger, string requestId) => Scope(logger, requestId);

        [LoggerMessage(1, LogLevel.Information, "Answered with {Reason}: {Message}")]
        public static partial void Failed(ILogger logger, FailureReason reason, string message);

        [LoggerMessage(2, LogLevel.Debug, "Captioned")]
        public static partial void Captioned(ILogger logger);
    }
}
