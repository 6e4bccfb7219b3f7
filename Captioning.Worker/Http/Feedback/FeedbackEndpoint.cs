using Captioning.Contracts;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http.Feedback;

/// <summary><c>POST /v1/feedback</c>: what a person says of a caption that was given lately.</summary>
internal sealed class FeedbackEndpoint(RecentCaptions captions, RecentImages images, IFeedbackStore store, FeedbackOptions options, TimeProvider time)
{
    private const int MaxCaptionLength = 1000;

    public async Task PostAsync(HttpContext http)
    {
        if (!options.Enabled)
        {
            await Problems.WriteAsync(http, Problems.Of(
                FailureReason.Unsupported, "This worker takes no feedback.", status: StatusCodes.Status403Forbidden));
            return;
        }

        FeedbackRequest request = await JsonBody.ReadAsync<FeedbackRequest>(http, http.RequestAborted);
        Check(request);
        if (captions.Find(request.RequestId)?.Captioned is not { } captioned)
        {
            await Problems.WriteAsync(http, KeptCaptionEndpoints.Unknown(request.RequestId));
        }
        else if (images.Find(captioned.Image.Sha256) is not { } image)
        {
            await Problems.WriteAsync(http, KeptCaptionEndpoints.Unknown(request.RequestId, "image"));
        }
        else
        {
            await AnswerAsync(http, request, captioned, image);
        }
    }

    private async Task AnswerAsync(HttpContext http, FeedbackRequest request, ImageCaptioned captioned, FetchedImage image)
    {
        try
        {
            FeedbackResponse response = await StoreAsync(request, captioned, image, http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            await http.Response.WriteAsJsonAsync(response, HttpJson.Options);
        }
        catch (RequestFailedException e)
        {
            await Problems.WriteAsync(http, Problems.Of(e.Reason, e.Message, e.Retryable, StatusCodes.Status503ServiceUnavailable));
        }
    }

    private async Task<FeedbackResponse> StoreAsync(FeedbackRequest request, ImageCaptioned captioned, FetchedImage image, CancellationToken cancellationToken)
    {
        CaptionFeedback feedback = new()
        {
            FeedbackId = Guid.NewGuid().ToString("N"),
            Image = string.Empty,
            Caption = request.Caption?.Trim(),
            Verdict = request.Verdict,
            Judged = captioned.Caption,
            Model = captioned.Model,
            RequestId = captioned.RequestId,
            Time = time.GetUtcNow(),
        };
        await store.StoreAsync(feedback, image, captioned.Image, cancellationToken);
        return new FeedbackResponse(feedback.FeedbackId);
    }

    private static void Check(FeedbackRequest request)
    {
        string? problem = request switch
        {
            // Serializers set what is required to null where the JSON says null.
            { RequestId: null } => "requestId is null",
            { Caption: null, Verdict: null } => "it has neither caption nor verdict",
            { Caption: { } caption } when string.IsNullOrWhiteSpace(caption) => "caption is empty",
            { Caption.Length: > MaxCaptionLength } => $"caption has {request.Caption.Length} characters, more than {MaxCaptionLength}",
            { Verdict: { } verdict } when !Enum.IsDefined(verdict) => $"verdict is {(int)verdict}, which is none",
            _ => null,
        };
        if (problem is not null)
        {
            throw CaptionRequest.Wrong(problem);
        }
    }
}
