using Captioning.Trainer.Data;
using Captioning.Trainer.Feedback;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Service;

/// <summary>The images of a training: base data and feedback, each to learn from and to judge by.</summary>
internal sealed record RetrainingData
{
    private RetrainingData()
    {
    }

    /// <summary>The base images that are mixed in.</summary>
    public required IReadOnlyList<ImageFile> BaseTrain { get; init; }

    /// <summary>The held-out base images.</summary>
    public required IReadOnlyList<ImageFile> BaseDev { get; init; }

    /// <summary>Images with feedback to learn from.</summary>
    public required IReadOnlyList<ImageFile> FeedbackTrain { get; init; }

    /// <summary>Images with feedback to judge by.</summary>
    public required IReadOnlyList<ImageFile> FeedbackHeldOut { get; init; }

    /// <summary>Images with feedback that the base data judges by or learns from, while feedback would do the other.</summary>
    public required int FeedbackLeftOut { get; init; }

    /// <summary>Reads and checks all.</summary>
    /// <param name="data">The base data.</param>
    /// <param name="feedback">The feedback.</param>
    /// <param name="lastFeedback">The number of the last feedback to look at.</param>
    /// <param name="seed">Which base images are mixed in comes from this number.</param>
    /// <exception cref="DatasetException">The base data cannot be used.</exception>
    public static RetrainingData Load(BaseDataOptions data, FeedbackStore feedback, long lastFeedback, int seed)
    {
        CaptionDataset all = CaptionDataset.Load(data.Captions);
        DatasetSplits splits = DatasetSplits.Check(all.Select(data.Train), all.Select(data.Dev), data.Images);
        ImageFile[] known = [.. feedback.Images(lastFeedback).Select(image => new ImageFile(image, Path.Combine(feedback.Folder, image.Name)))];
        ImageFile[] train = [.. known.Where(file => file.Image.Split == FeedbackSplit.Train && !splits.DevHashes.ContainsKey(Hash(file)))];
        ImageFile[] heldOut = [.. known.Where(file => file.Image.Split == FeedbackSplit.HeldOut && !splits.TrainHashes.ContainsKey(Hash(file)))];
        return new RetrainingData
        {
            BaseTrain = Draw(Files(splits.Train), (int)Math.Round(data.Share * splits.Train.Images.Count), seed),
            BaseDev = Files(splits.Dev),
            FeedbackTrain = train,
            FeedbackHeldOut = heldOut,
            FeedbackLeftOut = known.Length - train.Length - heldOut.Length,
        };

        ImageFile[] Files(CaptionDataset dataset) => [.. dataset.Images.Select(image => new ImageFile(image, Path.Combine(data.Images, image.Name)))];
    }

    /// <summary>Some base images to judge by, as many as a number.</summary>
    public IReadOnlyList<ImageFile> DrawBaseDev(int count, int seed) => Draw([.. BaseDev], Math.Min(count, BaseDev.Count), seed);

    /// <summary>For the report.</summary>
    public TrainingData Describe(IReadOnlyList<string> newWords) =>
        new(BaseTrain.Count, BaseDev.Count, FeedbackTrain.Count, FeedbackHeldOut.Count, FeedbackLeftOut, newWords);

    private static ImageFile[] Draw(ImageFile[] files, int count, int seed)
    {
        // Nothing here is secret; what matters is that a training that goes on has the same images.
        new Random(HashCodes.Of(seed, files.Length)).Shuffle(files);
        return files[..count];
    }

    // The store names images by their hashes.
    private static string Hash(ImageFile file) => Path.GetFileNameWithoutExtension(file.Path);
}
