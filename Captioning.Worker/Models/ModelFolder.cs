using Captioning.Inference.Models;

namespace Captioning.Worker.Models;

/// <summary>A folder of model bundles.</summary>
internal sealed class ModelFolder(string path)
{
    /// <summary>The model that is used where several are there and none is asked for.</summary>
    public const string DefaultId = "efficientnet-lite2-260-flickr8k";

    public string Path { get; } = path;

    /// <summary>The folders of all bundles, whether they load or not, by name.</summary>
    public IReadOnlyList<string> Bundles() => Directory.Exists(Path)
        ? [.. Directory.EnumerateDirectories(Path)
            .Where(folder => File.Exists(System.IO.Path.Join(folder, ModelManifest.FileName)))
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The folder of the model that a user means.</summary>
    /// <param name="model">An id or a bundle's folder; null for the default.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public string Resolve(string? model)
    {
        if (model is not null && File.Exists(System.IO.Path.Join(model, ModelManifest.FileName)))
        {
            return model;
        }

        IReadOnlyList<string> bundles = Bundles();
        if (bundles.Count == 0)
        {
            throw new ModelNotFoundException(
                $"There is no model in '{Path}'. Give the folder of models with --models or {AssetFolders.ModelsVariable}, or a model's folder with --model.");
        }

        if (model is null)
        {
            return bundles.FirstOrDefault(folder => IdOf(folder) == DefaultId) ?? bundles[0];
        }

        return bundles.FirstOrDefault(folder => IdOf(folder) == model)
            ?? throw new ModelNotFoundException($"There is no model '{model}' in '{Path}', which has: {string.Join(", ", bundles.Select(IdOf))}.");
    }

    private static string IdOf(string folder)
    {
        try
        {
            return ModelManifest.Read(folder).Id;
        }
        catch (ModelLoadException)
        {
            // A bundle that cannot be read is still called something: loading it says what is wrong.
            return System.IO.Path.GetFileName(folder);
        }
    }
}
