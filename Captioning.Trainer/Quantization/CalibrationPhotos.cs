using Captioning.Trainer.Data;

namespace Captioning.Trainer.Quantization;

/// <summary>The photos that ranges are found with, and others that show what int8 changes.</summary>
/// <param name="Calibration">Paths of the first.</param>
/// <param name="HeldOut">Paths of the others: one for four of the first.</param>
internal sealed record CalibrationPhotos(IReadOnlyList<string> Calibration, IReadOnlyList<string> HeldOut)
{
    /// <summary>One photo in so many is held out.</summary>
    private const int Period = 5;

    /// <summary>Chooses photos, spread evenly over what there is in the order of their names.</summary>
    /// <param name="folder">The folder of the photos, with those below it.</param>
    /// <param name="captions">Captions whose photos are chosen from; null for all photos of the folder.</param>
    /// <param name="split">A file of names, or a split that the captions know; null for all.</param>
    /// <param name="count">The most photos to find ranges with.</param>
    /// <exception cref="DatasetException">Photos are missing, or too few.</exception>
    public static CalibrationPhotos Choose(string folder, string? captions, string? split, int count)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"There is no folder of images at {folder}.");
        }

        string[] all = [.. Find(folder, captions, split).Distinct().Order(StringComparer.Ordinal)];
        if (all.Length < Period)
        {
            throw new DatasetException($"{all.Length} photos of {folder} are too few to find ranges with: {Period} are the least, some hundreds are good.");
        }

        int wanted = Math.Min(all.Length, count + ((count + Period - 2) / (Period - 1)));
        string[] chosen = [.. Enumerable.Range(0, wanted).Select(i => all[(int)((long)i * all.Length / wanted)])];
        if (chosen.Where(path => !File.Exists(path)).Take(Period).ToArray() is { Length: > 0 } missing)
        {
            throw new DatasetException($"Photos are missing: {string.Join(", ", missing)}.");
        }

        return new CalibrationPhotos([.. chosen.Where((_, i) => i % Period != Period - 1)], [.. chosen.Where((_, i) => i % Period == Period - 1)]);
    }

    private static IEnumerable<string> Find(string folder, string? captions, string? split)
    {
        if (captions is not null)
        {
            CaptionDataset dataset = CaptionDataset.Load(captions);
            return (split is null ? dataset : dataset.Select(split)).Images.Select(image => Path.Combine(folder, image.Name));
        }

        if (split is null)
        {
            return SidecarCaptions.FindImages(folder);
        }

        return File.Exists(split)
            ? File.ReadLines(split).Select(line => line.Trim()).Where(line => line.Length > 0).Select(name => Path.Combine(folder, name))
            : throw new DatasetException($"There is no file {split}; splits by name need --captions, which know them.");
    }
}
