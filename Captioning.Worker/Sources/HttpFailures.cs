using System.Net;
using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>What the status codes of failed requests mean.</summary>
internal static class HttpFailures
{
    public static (FailureReason Reason, bool Retryable) Of(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => (FailureReason.NotFound, false),
        HttpStatusCode.RequestTimeout => (FailureReason.TimedOut, true),
        HttpStatusCode.TooManyRequests
            or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => (FailureReason.Internal, true),
        _ => (FailureReason.Unreadable, false),
    };
}
