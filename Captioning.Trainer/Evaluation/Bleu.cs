namespace Captioning.Trainer.Evaluation;

/// <summary>
/// Corpus BLEU-1 to BLEU-4 with the closest reference length (the shorter of two that are equally close), smoothed as the COCO caption
/// evaluation smooths it. Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", 2002.
/// </summary>
internal sealed class Bleu(ReferenceCorpus references)
{
    // The constants of the COCO evaluation: they keep a corpus without any match, or without words, from dividing by zero.
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;

    private readonly long[] _matches = new long[NGramCounts.MaxOrder];
    private readonly long[] _total = new long[NGramCounts.MaxOrder];
    private long _hypothesisTokens;
    private long _referenceTokens;

    /// <summary>Adds the caption of one image.</summary>
    public void Add(int image, NGramCounts hypothesis)
    {
        for (int order = 1; order <= NGramCounts.MaxOrder; order++)
        {
            ReadOnlySpan<int> ids = hypothesis.Ids(order);
            ReadOnlySpan<int> counts = hypothesis.Counts(order);
            for (int i = 0; i < ids.Length; i++)
            {
                int most = 0;
                foreach (NGramCounts reference in references.Of(image))
                {
                    most = Math.Max(most, reference.CountOf(order, ids[i]));
                }

                _matches[order - 1] += Math.Min(most, counts[i]);
            }

            _total[order - 1] += Math.Max(0, hypothesis.Tokens - order + 1);
        }

        _hypothesisTokens += hypothesis.Tokens;
        _referenceTokens += ClosestLength(references.Of(image), hypothesis.Tokens);
    }

    /// <summary>BLEU-1 to BLEU-4 of all captions added, each 0 to 1.</summary>
    public double[] Scores()
    {
        double ratio = (_hypothesisTokens + Tiny) / (_referenceTokens + Small);
        double brevity = ratio < 1 ? Math.Exp(1 - (1 / ratio)) : 1;
        double[] scores = new double[NGramCounts.MaxOrder];
        double product = 1.0;
        for (int order = 1; order <= scores.Length; order++)
        {
            product *= (_matches[order - 1] + Tiny) / (_total[order - 1] + Small);
            scores[order - 1] = Math.Pow(product, 1.0 / order) * brevity;
        }

        return scores;
    }

    private static int ClosestLength(ReadOnlySpan<NGramCounts> references, int length)
    {
        int closest = references[0].Tokens;
        foreach (NGramCounts reference in references[1..])
        {
            int distance = Math.Abs(reference.Tokens - length);
            int least = Math.Abs(closest - length);
            if (distance < least || (distance == least && reference.Tokens < closest))
            {
                closest = reference.Tokens;
            }
        }

        return closest;
    }
}
