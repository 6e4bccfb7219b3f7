namespace Captioning.Trainer.Evaluation;

/// <summary>
/// CIDEr-D: cosine similarity of clipped tf-idf vectors of 1- to 4-grams, with a Gaussian penalty (sigma 6) on the difference in length,
/// averaged over n and over the references, times 10. Document frequencies come from the references. Vedantam et al., "CIDEr:
/// Consensus-based Image Description Evaluation", 2015, section 5, as the COCO caption evaluation computes it.
/// </summary>
/// <remarks>Immutable: any number of threads may score at once.</remarks>
internal sealed class CiderD
{
    private const double Sigma = 6;

    private readonly ReferenceCorpus _references;
    private readonly double[] _idf;
    private readonly double _unknownIdf;
    private readonly double[][] _norms;

    public CiderD(ReferenceCorpus references)
    {
        _references = references;
        _unknownIdf = Math.Log(references.Images);
        _idf = InverseDocumentFrequencies(references);
        _norms = new double[references.Images][];
        for (int image = 0; image < _norms.Length; image++)
        {
            ReadOnlySpan<NGramCounts> captions = references.Of(image);
            double[] norms = _norms[image] = new double[captions.Length * NGramCounts.MaxOrder];
            for (int i = 0; i < norms.Length; i++)
            {
                norms[i] = Norm(captions[i / NGramCounts.MaxOrder], (i % NGramCounts.MaxOrder) + 1);
            }
        }
    }

    /// <summary>The score of a caption of image number <paramref name="image"/>, 0 to 10.</summary>
    public double Score(int image, NGramCounts hypothesis)
    {
        ReadOnlySpan<NGramCounts> references = _references.Of(image);
        double sum = 0.0;
        for (int order = 1; order <= NGramCounts.MaxOrder; order++)
        {
            double norm = Norm(hypothesis, order);
            for (int i = 0; i < references.Length; i++)
            {
                double norms = norm * _norms[image][(i * NGramCounts.MaxOrder) + order - 1];
                if (norms > 0)
                {
                    sum += Overlap(hypothesis, references[i], order) / norms * LengthPenalty(hypothesis, references[i]);
                }
            }
        }

        return 10 * sum / (NGramCounts.MaxOrder * references.Length);
    }

    private static double[] InverseDocumentFrequencies(ReferenceCorpus references)
    {
        int[] images = new int[references.Index.Count];
        int[] last = new int[references.Index.Count];
        for (int image = 0; image < references.Images; image++)
        {
            foreach (NGramCounts reference in references.Of(image))
            {
                for (int order = 1; order <= NGramCounts.MaxOrder; order++)
                {
                    foreach (int id in reference.Ids(order))
                    {
                        if (last[id] != image + 1)
                        {
                            last[id] = image + 1;
                            images[id]++;
                        }
                    }
                }
            }
        }

        return Array.ConvertAll(images, count => Math.Log(references.Images) - Math.Log(Math.Max(1, count)));
    }

    private double Norm(NGramCounts caption, int order)
    {
        ReadOnlySpan<int> ids = caption.Ids(order);
        ReadOnlySpan<int> counts = caption.Counts(order);
        double sum = 0.0;
        for (int i = 0; i < ids.Length; i++)
        {
            double weight = counts[i] * Idf(ids[i]);
            sum += weight * weight;
        }

        return Math.Sqrt(sum);
    }

    private double Overlap(NGramCounts hypothesis, NGramCounts reference, int order)
    {
        ReadOnlySpan<int> ids = hypothesis.Ids(order);
        ReadOnlySpan<int> counts = hypothesis.Counts(order);
        ReadOnlySpan<int> others = reference.Ids(order);
        ReadOnlySpan<int> otherCounts = reference.Counts(order);
        double sum = 0.0;
        for (int i = 0, j = 0; i < ids.Length && j < others.Length;)
        {
            if (ids[i] == others[j])
            {
                double idf = _idf[ids[i]];
                sum += Math.Min(counts[i], otherCounts[j]) * idf * (otherCounts[j] * idf);
                i++;
                j++;
            }
            else if (ids[i] < others[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return sum;
    }

    private double Idf(int id) => id == NGramIndex.Unknown ? _unknownIdf : _idf[id];

    // The COCO evaluation measures a caption in bigrams, which differs from its tokens for the empty caption alone.
    private static double LengthPenalty(NGramCounts hypothesis, NGramCounts reference)
    {
        double difference = Math.Max(0, hypothesis.Tokens - 1) - Math.Max(0, reference.Tokens - 1);
        return Math.Exp(-difference * difference / (2 * Sigma * Sigma));
    }
}
