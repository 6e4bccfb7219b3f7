using Captioning.Inference.Models;
using Captioning.Trainer.Feedback;
using Captioning.Worker.Models;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Captioning.Trainer.Service;

/// <summary>Healthy while there are a model to train further and a store of feedback that answers.</summary>
internal sealed class TrainerHealthCheck(TrainerOptions options, FeedbackStore feedback) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            ModelManifest model = ModelManifest.Read(options.ModelFolder.Resolve(options.Model));
            return Task.FromResult(HealthCheckResult.Healthy($"{model.Id} {model.Version}, feedback on {feedback.CountImages()} images"));
        }
        catch (Exception e) when (e is ModelNotFoundException or ModelLoadException or SqliteException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(e.Message));
        }
    }
}
