using System.Numerics.Tensors;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Features;

namespace Captioning.Trainer.Training;

/// <summary>The images that a model is judged by, as features of the encoder that it shares with others.</summary>
/// <param name="images">The images with their captions.</param>
/// <param name="records">The number of each image's features in the store.</param>
/// <param name="store">The store of features, mapped.</param>
internal sealed class DevSet(IReadOnlyList<DatasetImage> images, IReadOnlyList<int> records, FeatureStore store) : IDevSet
{
    private const int BatchSize = 32;

    private readonly Dictionary<string, IReadOnlyList<string>> _references = images.ToDictionary(image => image.Name, image => image.Captions);

    /// <inheritdoc/>
    public (CaptionScores Scores, IReadOnlyDictionary<string, string> Captions) Judge(string bundle, SessionFactory sessions, CancellationToken cancellationToken)
    {
        using Captioner captioner = Captioner.Load(bundle, sessions);
        Dictionary<string, string> captions = [];
        CaptionOptions options = new();
        float[] features = new float[BatchSize * store.Length];
        for (int start = 0; start < images.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, images.Count - start);
            for (int i = 0; i < count; i++)
            {
                TensorPrimitives.ConvertToSingle(store[records[start + i]], features.AsSpan(i * store.Length, store.Length));
            }

            IReadOnlyList<IReadOnlyList<Caption>> found = captioner.Decode(features, count, options, cancellationToken);
            for (int i = 0; i < count; i++)
            {
                captions.Add(images[start + i].Name, string.Join(' ', found[i][0].Tokens.Select(token => token.Text)));
            }
        }

        return (CaptionEvaluation.Evaluate(_references, captions), captions);
    }
}
