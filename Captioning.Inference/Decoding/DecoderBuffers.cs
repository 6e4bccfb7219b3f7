namespace Captioning.Inference.Decoding;

/// <summary>
/// The memory that a batch's steps read and write, kept from batch to batch: it grows to the largest batch and
/// stays, since arrays of this size would otherwise go through the large object heap with every batch.
/// </summary>
internal sealed class DecoderBuffers
{
    private int _rows;

    /// <summary>Int64 [row]: the token that each hypothesis goes on from.</summary>
    public long[] Tokens { get; private set; } = [];

    /// <summary>Float32 [state][row, size]: the states that go in.</summary>
    public float[][] StatesIn { get; private set; } = [];

    /// <summary>Float32 [state][row, size]: the states that come out.</summary>
    public float[][] StatesOut { get; private set; } = [];

    /// <summary>Float32 [row, vocabulary].</summary>
    public float[] LogProbs { get; private set; } = [];

    /// <summary>Float32 [row, region].</summary>
    public float[] Attention { get; private set; } = [];

    /// <summary>Makes room for a number of hypotheses.</summary>
    public void Reserve(Decoder decoder, int rows)
    {
        if (rows <= _rows)
        {
            return;
        }

        _rows = rows;
        Tokens = new long[rows];
        StatesIn = [.. decoder.StateSizes.Select(size => new float[rows * size])];
        StatesOut = [.. decoder.StateSizes.Select(size => new float[rows * size])];
        LogProbs = new float[rows * decoder.VocabularySize];
        Attention = decoder.Architecture.HasAttention ? new float[rows * decoder.Regions] : [];
    }
}
