namespace Captioning.Inference.Decoding;

/// <summary>The running hypotheses of a batch, as arrays over rows.</summary>
internal sealed class Beams(int rows, int maxLength, int regions)
{
    private readonly int[] _tokens = new int[rows * maxLength];
    private readonly float[] _tokenLogProbs = new float[rows * maxLength];
    private readonly float[] _attention = new float[rows * maxLength * regions];
    private readonly int[] _lengths = new int[rows];
    private readonly float[] _logProbs = new float[rows];
    private readonly bool[] _ended = new bool[rows];

    /// <summary>The sum of log-probabilities; minus infinity for a row that holds no hypothesis.</summary>
    public float LogProb(int row) => _logProbs[row];

    public bool IsEnded(int row) => _ended[row];

    public int LastToken(int row) => _tokens[(row * maxLength) + _lengths[row] - 1];

    public ReadOnlySpan<int> Tokens(int row) => _tokens.AsSpan(row * maxLength, _lengths[row]);

    /// <summary>Makes a row the continuation of a hypothesis of another set.</summary>
    public void Extend(int row, Beams from, Candidate candidate, int eos, ReadOnlySpan<float> attention)
    {
        int parent = candidate.Row;
        int length = from._lengths[parent];
        int to = row * maxLength;
        int start = parent * maxLength;
        from._tokens.AsSpan(start, length).CopyTo(_tokens.AsSpan(to));
        from._tokenLogProbs.AsSpan(start, length).CopyTo(_tokenLogProbs.AsSpan(to));
        from._attention.AsSpan(start * regions, length * regions).CopyTo(_attention.AsSpan(to * regions));
        _lengths[row] = length;
        _logProbs[row] = candidate.LogProb;
        _ended[row] = candidate.Token < 0 || candidate.Token == eos;
        if (!_ended[row])
        {
            _tokens[to + length] = candidate.Token;
            _tokenLogProbs[to + length] = candidate.TokenLogProb;
            if (regions > 0)
            {
                attention.CopyTo(_attention.AsSpan((to + length) * regions));
            }

            _lengths[row]++;
        }
    }

    /// <summary>Makes a row hold no hypothesis: there are fewer continuations than the beam is wide.</summary>
    public void Kill(int row)
    {
        _lengths[row] = 0;
        _logProbs[row] = float.NegativeInfinity;
        _ended[row] = true;
    }

    /// <summary>Ranks the hypotheses of an image.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="beam">Its number of rows.</param>
    /// <param name="lengthPenalty">Scores are log-probability / length^this.</param>
    public Hypothesis[] Take(int first, int beam, double lengthPenalty) =>
    [
        .. Enumerable.Range(first, beam)
            .Where(row => !float.IsNegativeInfinity(_logProbs[row]))
            .Select(row => Take(row, lengthPenalty))
            .OrderByDescending(h => h.Score),
    ];

    private Hypothesis Take(int row, double lengthPenalty)
    {
        int length = _lengths[row];
        int start = row * maxLength;
        double counted = _ended[row] ? length + 1 : length;
        return new Hypothesis(
            _tokens.AsSpan(start, length).ToArray(),
            _tokenLogProbs.AsSpan(start, length).ToArray(),
            _logProbs[row],
            _logProbs[row] / Math.Pow(counted, lengthPenalty),
            _attention.AsSpan(start * regions, length * regions).ToArray());
    }
}
