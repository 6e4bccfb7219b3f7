using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Worker.Hosting;
using Captioning.Worker.Http.Captions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Captioning.Worker.Http.Discovery;

/// <summary><c>GET /v1/status</c>: how the worker is.</summary>
internal sealed class StatusEndpoint(EngineHost engines, HttpCaptioner captioner, WorkMeter meter, VoicesEndpoint voices, HttpOptions options)
{
    public Ok<StatusResponse> Get()
    {
        CaptionEngine? engine = engines.Current;
        return TypedResults.Ok(new StatusResponse(
            engine is not null,
            engine is null ? engines.Problem ?? "The model is being loaded." : null,
            engine is null ? null : new ModelReference(engine.Manifest.Id, engine.Manifest.Version),
            engine?.Device.ToString(),
            new QueueStatus(meter.Interactive + captioner.Waiting, meter.Bulk),
            meter.ImagesPerSecond(),
            meter.Captioned,
            meter.Failed,
            options.Feedback.Enabled,
            voices.CanSpeak,
            new LimitsStatus(options.MaxUploadBytes, options.MaxImages)));
    }
}
