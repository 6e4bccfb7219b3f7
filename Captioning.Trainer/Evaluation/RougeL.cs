namespace Captioning.Trainer.Evaluation;

/// <summary>
/// ROUGE-L of one caption against several references: the F-measure (beta 1.2) of the best precision and the best recall of the longest
/// common subsequence. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, with the beta of the COCO evaluation.
/// </summary>
internal static class RougeL
{
    private const double BetaSquared = 1.2 * 1.2;

    /// <summary>The score, 0 to 1, of <paramref name="hypothesis"/>; 0 where it is empty.</summary>
    public static double Score(ReadOnlySpan<int> hypothesis, IReadOnlyList<int[]> references)
    {
        double precision = 0, recall = 0;
        foreach (int[] reference in references)
        {
            double common = LongestCommonSubsequence(hypothesis, reference);
            if (common > 0)
            {
                precision = Math.Max(precision, common / hypothesis.Length);
                recall = Math.Max(recall, common / reference.Length);
            }
        }

        return precision > 0 ? (1 + BetaSquared) * precision * recall / (recall + (BetaSquared * precision)) : 0;
    }

    private static int LongestCommonSubsequence(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        const int OnStack = 256;
        Span<int> row = b.Length < OnStack ? stackalloc int[OnStack] : new int[b.Length + 1];
        row = row[..(b.Length + 1)];
        row.Clear();
        foreach (int token in a)
        {
            int diagonal = 0;
            for (int j = 0; j < b.Length; j++)
            {
                int above = row[j + 1];
                row[j + 1] = b[j] == token ? diagonal + 1 : Math.Max(above, row[j]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
