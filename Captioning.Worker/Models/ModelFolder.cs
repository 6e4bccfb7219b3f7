using Captioning.Inference.Models;

namespace Captioning.Worker.Models;

/// <summary>A folder of models, each in one version or several.</summary>
internal sealed class ModelFolder(string path)
{
    /// <summary>The model that is used where several are there and none is asked for.</summary>
    public const string DefaultId = "efficientnet-lite2-260-flickr8k";

    public string Path { get; } = path;

    /// <summary>All models, whether they load or not, by the names of their folders.</summary>
    public IReadOnlyList<ModelVersions> Models() => Directory.Exists(Path)
        ? [.. Directory.EnumerateDirectories(Path).Where(ModelVersions.Exists).Order(StringComparer.Ordinal).Select(folder => new ModelVersions(folder))]
        : [];

    /// <summary>The model that a user means.</summary>
    /// <param name="model">An id or a folder; null for the default.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public ModelVersions Find(string? model)
    {
        if (model is not null && ModelVersions.Exists(model))
        {
            return new ModelVersions(model);
        }

        IReadOnlyList<ModelVersions> models = Models();
        if (models.Count == 0)
        {
            throw new ModelNotFoundException(
                $"There is no model in '{Path}'. Give the folder of models with --models or {AssetFolders.ModelsVariable}, or a model's folder with --model.");
        }

        if (model is null)
        {
            return models.FirstOrDefault(folder => IdOf(folder) == DefaultId) ?? models[0];
        }

        return models.FirstOrDefault(folder => IdOf(folder) == model)
            ?? throw new ModelNotFoundException($"There is no model '{model}' in '{Path}', which has: {string.Join(", ", models.Select(IdOf))}.");
    }

    /// <summary>The folder of the version that serves, of the model that a user means.</summary>
    /// <param name="model">An id or a folder; null for the default.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelLoadException">There is no such version.</exception>
    public string Resolve(string? model) => Find(model).Current();

    private static string IdOf(ModelVersions model)
    {
        try
        {
            return ModelManifest.Read(model.Current()).Id;
        }
        catch (ModelLoadException)
        {
            // A bundle that cannot be read is still called something: loading it says what is wrong.
            return System.IO.Path.GetFileName(model.Folder);
        }
    }
}
