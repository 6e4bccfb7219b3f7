namespace Captioning.Trainer.Evaluation;

/// <summary>The counted n-grams of all reference captions of all images. Immutable once built: any number of threads may read it.</summary>
internal sealed class ReferenceCorpus
{
    private readonly NGramCounts[][] _references;

    /// <param name="references">Token ids of the captions of each image; each image needs at least one caption.</param>
    public ReferenceCorpus(IReadOnlyList<IReadOnlyList<int[]>> references)
    {
        _references = new NGramCounts[references.Count][];
        for (int image = 0; image < references.Count; image++)
        {
            if (references[image].Count == 0)
            {
                throw new ArgumentException($"Image {image} has no reference captions.", nameof(references));
            }

            _references[image] = [.. references[image].Select(tokens => NGramCounts.OfReference(tokens, Index))];
        }
    }

    public NGramIndex Index { get; } = new();

    public int Images => _references.Length;

    public ReadOnlySpan<NGramCounts> Of(int image) => _references[image];
}
