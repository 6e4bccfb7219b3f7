using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Captioning.Worker.Http;

/// <summary>Failures as problem details (RFC 9457), with the reasons of <see cref="FailureReason"/>.</summary>
internal static class Problems
{
    /// <summary>Seconds after which it is worth trying again, where nothing better is known.</summary>
    public const string RetryAfter = "2";

    private const string Reason = "reason";
    private const string Retryable = "retryable";

    /// <summary>A problem.</summary>
    /// <param name="reason">The kind of failure.</param>
    /// <param name="detail">What went wrong, in plain English.</param>
    /// <param name="retryable">Whether the same request may succeed later.</param>
    /// <param name="status">The status code, where it is not the one of the reason.</param>
    public static ProblemDetails Of(FailureReason reason, string detail, bool retryable = false, int? status = null)
    {
        ProblemDetails problem = new() { Type = "about:blank", Title = Title(reason), Status = status ?? Status(reason), Detail = detail };
        problem.Extensions[Reason] = reason.ToString();
        problem.Extensions[Retryable] = retryable;
        return problem;
    }

    /// <summary>No engine works at the moment.</summary>
    public static ProblemDetails NoEngine() =>
        Of(FailureReason.Internal, "No model is ready at the moment. Try again in a while.", retryable: true, StatusCodes.Status503ServiceUnavailable);

    /// <summary>There is too much to do.</summary>
    public static ProblemDetails TooMany(string detail) =>
        Of(FailureReason.Internal, detail, retryable: true, StatusCodes.Status429TooManyRequests);

    public static ProblemDetails Of(RequestFailedException failure) => Of(failure.Reason, failure.Message, failure.Retryable);

    /// <summary>The status code of a failure. Only what the worker itself is to blame for is in the five hundreds.</summary>
    public static int Status(FailureReason reason) => reason switch
    {
        FailureReason.InvalidRequest => StatusCodes.Status400BadRequest,
        FailureReason.ForbiddenSource => StatusCodes.Status403Forbidden,
        FailureReason.TimedOut or FailureReason.Expired => StatusCodes.Status408RequestTimeout,
        FailureReason.TooLarge => StatusCodes.Status413PayloadTooLarge,
        FailureReason.Unsupported => StatusCodes.Status415UnsupportedMediaType,

        // Not 404: it is the image that is not there, not what the request's own URL names.
        FailureReason.Unreadable or FailureReason.NotFound => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Adds the reason to a problem that is nothing but a status code.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        ProblemDetails problem = context.ProblemDetails;
        if (!problem.Extensions.ContainsKey(Reason))
        {
            problem.Type = "about:blank";
            problem.Extensions[Reason] = ReasonOf(problem.Status ?? context.HttpContext.Response.StatusCode).ToString();
            problem.Extensions[Retryable] = problem.Status >= StatusCodes.Status500InternalServerError;
        }
    }

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext http, ProblemDetails problem)
    {
        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && StringValues.IsNullOrEmpty(http.Response.Headers.RetryAfter))
        {
            http.Response.Headers.RetryAfter = RetryAfter;
        }

        return TypedResults.Problem(problem).ExecuteAsync(http);
    }

    public static byte[] Serialize(ProblemDetails problem) => JsonSerializer.SerializeToUtf8Bytes(problem, HttpJson.Options);

    private static FailureReason ReasonOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => FailureReason.NotFound,
        StatusCodes.Status413PayloadTooLarge => FailureReason.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => FailureReason.Unsupported,
        >= StatusCodes.Status500InternalServerError => FailureReason.Internal,
        _ => FailureReason.InvalidRequest,
    };

    private static string Title(FailureReason reason) => reason switch
    {
        FailureReason.Unreadable => "The image cannot be read",
        FailureReason.Unsupported => "This is not supported",
        FailureReason.TooLarge => "This is too large",
        FailureReason.ForbiddenSource => "This source is not allowed",
        FailureReason.NotFound => "There is nothing there",
        FailureReason.TimedOut => "This took too long",
        FailureReason.Expired => "The deadline has passed",
        FailureReason.InvalidRequest => "The request is wrong",
        _ => "The worker has failed",
    };
}
