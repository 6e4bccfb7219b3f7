using System.Security.Cryptography;

namespace Captioning.Trainer.Data;

/// <summary>The images to learn from and those to be judged by, checked.</summary>
internal sealed class DatasetSplits
{
    private DatasetSplits(
        CaptionDataset train, CaptionDataset dev, IReadOnlyDictionary<string, string> trainHashes, IReadOnlyDictionary<string, string> devHashes, IReadOnlyList<DatasetProblem> problems)
    {
        Train = train;
        Dev = dev;
        TrainHashes = trainHashes;
        DevHashes = devHashes;
        Problems = problems;
    }

    public CaptionDataset Train { get; }

    public CaptionDataset Dev { get; }

    /// <summary>The names of the images to learn from, by the SHA-256 of their files.</summary>
    public IReadOnlyDictionary<string, string> TrainHashes { get; }

    /// <summary>The names of the images to be judged by, by the SHA-256 of their files.</summary>
    public IReadOnlyDictionary<string, string> DevHashes { get; }

    /// <summary>What was left out, and why.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Checks two splits.</summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="dev">The images to be judged by.</param>
    /// <param name="folder">The folder of the images.</param>
    /// <exception cref="DatasetException">Images are missing, or the splits share an image, by name or by content.</exception>
    public static DatasetSplits Check(CaptionDataset train, CaptionDataset dev, string folder)
    {
        ProblemLog errors = new();
        ProblemLog warnings = new();
        Dictionary<string, string> trained = Hashes(train, folder, "training images", errors, warnings);
        Dictionary<string, string> judged = Hashes(dev, folder, "dev images", errors, warnings);
        foreach ((string hash, string name) in judged)
        {
            if (trained.TryGetValue(hash, out string? twin))
            {
                errors.Add("dev images that are training images, too", twin == name ? name : $"{name} (as {twin})");
            }
        }

        IReadOnlyList<DatasetProblem> found = errors.ToList();
        return found.Count == 0
            ? new DatasetSplits(train, dev, trained, judged, [.. train.Problems.Union(dev.Problems), .. warnings.ToList()])
            : throw new DatasetException($"The data cannot be trained on. {string.Join(". ", found)}.");
    }

    /// <summary>The images' names by the hashes of their files.</summary>
    private static Dictionary<string, string> Hashes(CaptionDataset dataset, string folder, string what, ProblemLog errors, ProblemLog warnings)
    {
        string?[] hashes = new string?[dataset.Images.Count];
        Parallel.For(0, hashes.Length, i =>
        {
            string path = Path.Combine(folder, dataset.Images[i].Name);
            hashes[i] = File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;
        });
        Dictionary<string, string> names = [];
        for (int i = 0; i < hashes.Length; i++)
        {
            string name = dataset.Images[i].Name;
            if (hashes[i] is not { } hash)
            {
                errors.Add($"{what} missing from {folder}", name);
            }
            else if (!names.TryAdd(hash, name))
            {
                warnings.Add($"{what} that are there twice", $"{name} (as {names[hash]})");
            }
        }

        return names;
    }
}
