using Captioning.Inference.Models;
using Captioning.Worker.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Captioning.Worker.Http.Discovery;

/// <summary><c>GET /v1/models</c>: the models that are there.</summary>
internal sealed class ModelsEndpoint(EngineHost engines, EngineSettings settings)
{
    public Ok<ModelsResponse> Get()
    {
        ModelManifest? current = engines.Current?.Manifest;
        List<ModelManifest> manifests = [.. settings.ModelFolder.Models().SelectMany(Read)];

        // One that was given by its own folder, or has been replaced since it was loaded, is not among the others.
        if (current is not null && !manifests.Exists(manifest => IsSame(manifest, current)))
        {
            manifests.Insert(0, current);
        }

        return TypedResults.Ok(new ModelsResponse([.. manifests.Select(manifest => new ModelResponse(
            manifest.Id,
            manifest.Version,
            manifest.Description,
            manifest.Architecture,
            manifest.License,
            manifest.Training?.Scores,
            current is not null && IsSame(manifest, current)))]));
    }

    private static bool IsSame(ModelManifest one, ModelManifest other) => one.Id == other.Id && one.Version == other.Version;

    private static IEnumerable<ModelManifest> Read(ModelVersions model)
    {
        foreach (string version in model.List())
        {
            ModelManifest manifest;
            try
            {
                manifest = ModelManifest.Read(model[version]);
            }
            catch (ModelLoadException)
            {
                // What cannot be read cannot be used; the command models says why.
                continue;
            }

            yield return manifest;
        }
    }
}
