using System.Runtime.InteropServices;

namespace Captioning.Trainer.Evaluation;

/// <summary>Scores captions with the figures of the COCO caption evaluation.</summary>
public static class CaptionEvaluation
{
    private static readonly IEqualityComparer<int[]> SameTokens = EqualityComparer<int[]>.Create(
        (a, b) => a.AsSpan().SequenceEqual(b),
        ids =>
        {
            HashCode hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(ids.AsSpan()));
            return hash.ToHashCode();
        });

    /// <summary>Scores one caption for each image against the image's reference captions.</summary>
    /// <param name="references">The human captions of each image, as written: they are tokenized here. At least one each.</param>
    /// <param name="hypotheses">The caption to score of each image, as written. The images must be those of
    /// <paramref name="references"/>; an empty caption is allowed and scores 0.</param>
    /// <param name="trainingCaptions">Captions that the model was trained on, to count those that it repeats; may be null.</param>
    /// <exception cref="EvaluationException">There are no images, or an image has captions on one side alone.</exception>
    public static CaptionScores Evaluate(
        IReadOnlyDictionary<string, IReadOnlyList<string>> references,
        IReadOnlyDictionary<string, string> hypotheses,
        IEnumerable<string>? trainingCaptions = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(hypotheses);
        CheckImages(references, hypotheses);

        WordIds words = new WordIds();
        string[] images = [.. references.Keys];
        int[][][] referenceIds = Array.ConvertAll(images, image => references[image].Select(Tokens).ToArray());
        ReferenceCorpus corpus = new ReferenceCorpus(referenceIds);
        int[][] hypothesisIds = Array.ConvertAll(images, image => Tokens(hypotheses[image]));
        CiderD cider = new CiderD(corpus);
        Bleu bleu = new Bleu(corpus);
        double rouge = 0.0;
        Dictionary<string, double> ciderByImage = new Dictionary<string, double>(images.Length);
        for (int i = 0; i < images.Length; i++)
        {
            NGramCounts counts = NGramCounts.OfHypothesis(hypothesisIds[i], corpus.Index);
            bleu.Add(i, counts);
            rouge += RougeL.Score(hypothesisIds[i], referenceIds[i]);
            ciderByImage.Add(images[i], cider.Score(i, counts));
        }

        double[] bleus = bleu.Scores();
        HashSet<int[]> distinct = hypothesisIds.ToHashSet(SameTokens);
        return new CaptionScores
        {
            Images = images.Length,
            Bleu1 = bleus[0],
            Bleu2 = bleus[1],
            Bleu3 = bleus[2],
            Bleu4 = bleus[3],
            RougeL = rouge / images.Length,
            Cider = ciderByImage.Values.Average(),
            WordsUsed = hypothesisIds.SelectMany(ids => ids).Distinct().Count(),
            MeanLength = hypothesisIds.Average(ids => ids.Length),
            DistinctCaptions = distinct.Count,
            CopiedFromTraining = trainingCaptions is null ? null : Copied(trainingCaptions.Select(Tokens).ToHashSet(SameTokens)),
            CiderByImage = ciderByImage,
        };

        int[] Tokens(string caption) => words.Of(PtbTokenizer.Tokenize(caption));

        double Copied(HashSet<int[]> training) => hypothesisIds.Count(training.Contains) / (double)images.Length;
    }

    private static void CheckImages(
        IReadOnlyDictionary<string, IReadOnlyList<string>> references, IReadOnlyDictionary<string, string> hypotheses)
    {
        if (references.Count == 0)
        {
            throw new EvaluationException("There are no reference captions to score against.");
        }

        Check(references.Where(image => image.Value.Count == 0).Select(image => image.Key), "without any reference caption");
        Check(references.Keys.Where(image => !hypotheses.ContainsKey(image)), "with reference captions but no caption to score");
        Check(hypotheses.Keys.Where(image => !references.ContainsKey(image)), "with a caption to score but no reference captions");

        static void Check(IEnumerable<string> images, string problem)
        {
            string[] wrong = [.. images];
            if (wrong.Length > 0)
            {
                string examples = string.Join(", ", wrong.Take(3)) + (wrong.Length > 3 ? ", ..." : "");
                throw new EvaluationException($"{wrong.Length} {(wrong.Length == 1 ? "image" : "images")} {problem}: {examples}");
            }
        }
    }
}
