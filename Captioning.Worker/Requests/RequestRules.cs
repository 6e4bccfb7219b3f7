using Captioning.Contracts;
using Captioning.Inference;

namespace Captioning.Worker.Requests;

/// <summary>What a request must be like.</summary>
internal static class RequestRules
{
    public const int MaxIdLength = 200;
    private const double MinSpeed = 0.25;
    private const double MaxSpeed = 4;

    /// <exception cref="RequestFailedException">The request is wrong; the message says how.</exception>
    public static void Check(CaptionImage request)
    {
        // Serializers set what is required to null where the message says null.
        string? problem = request switch
        {
            { RequestId.Length: > MaxIdLength } => $"requestId has {request.RequestId.Length} characters, more than {MaxIdLength}",
            { Image: null or "" } => "image is missing",
            { Candidates: < 1 or > CaptionOptions.MaxBeam } => $"candidates is {request.Candidates}; it must be from 1 to {CaptionOptions.MaxBeam}",
            { Beam: < 1 or > CaptionOptions.MaxBeam } => $"beam is {request.Beam}; it must be from 1 to {CaptionOptions.MaxBeam}",
            { Speak.Speed: not (>= MinSpeed and <= MaxSpeed) } => $"speak.speed is {request.Speak.Speed}; it must be from {MinSpeed} to {MaxSpeed}",
            _ when !Enum.IsDefined(request.Priority) => $"priority is {(int)request.Priority}, which is none",
            { Speak: { } speak } when !Enum.IsDefined(speak.Format) => $"speak.format is {(int)speak.Format}, which is none",
            _ => null,
        };
        if (problem is not null)
        {
            throw new RequestFailedException(FailureReason.InvalidRequest, $"The request is wrong: {problem}.");
        }
    }
}
