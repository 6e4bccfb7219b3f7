using Captioning.Contracts;
using Captioning.Inference.Images;
using Captioning.Inference.Speech;
using Captioning.Worker.Hosting;
using Captioning.Worker.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Http;

/// <summary>Answers requests that end in an exception with a problem.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemDetails problem = exception switch
        {
            RequestFailedException failure => Problems.Of(failure),
            EngineUnavailableException => Problems.NoEngine(),
            SpeechUnavailableException speech => Problems.Of(
                FailureReason.Internal, speech.Message, retryable: true, StatusCodes.Status503ServiceUnavailable),
            ImageRejectedException image => Problems.Of(RequestHandler.Reason(image.Reason), image.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(
                FailureReason.TooLarge, "The request's body has more bytes than this worker takes at once."),
            BadHttpRequestException bad => Problems.Of(FailureReason.InvalidRequest, bad.Message, status: bad.StatusCode),
            _ => Problems.Of(FailureReason.Internal, "The request could not be answered because of a fault of the worker.", retryable: true),
        };
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            Log.Failed(logger, exception, httpContext.Request.Path);
        }

        await Problems.WriteAsync(httpContext, problem);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A request to {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string path);
    }
}
