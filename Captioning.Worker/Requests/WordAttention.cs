using System.Numerics.Tensors;
using Captioning.Inference;

namespace Captioning.Worker.Requests;

/// <summary>Where a model looked for each word of a caption, small enough to be remembered: a byte for each region.</summary>
/// <param name="Rows">Rows of the grid, which covers the whole image.</param>
/// <param name="Columns">Columns of the grid.</param>
/// <param name="Weights">For each word rows x columns weights, row by row from the top left, each in 255ths of the word's largest.</param>
internal sealed record WordAttention(int Rows, int Columns, byte[] Weights)
{
    private int Regions => Rows * Columns;

    /// <summary>The attention of a caption's words; null where it was not asked for or the model has none.</summary>
    public static WordAttention? Of(Caption caption)
    {
        if (caption.Tokens is not [{ Attention: { } first }, ..])
        {
            return null;
        }

        int regions = first.Rows * first.Columns;
        byte[] weights = new byte[caption.Tokens.Count * regions];
        for (int word = 0; word < caption.Tokens.Count; word++)
        {
            ReadOnlySpan<float> map = caption.Tokens[word].Attention!.Weights.Span;
            float scale = byte.MaxValue / Math.Max(TensorPrimitives.Max(map), float.Epsilon);
            for (int region = 0; region < regions; region++)
            {
                weights[(word * regions) + region] = (byte)MathF.Round(map[region] * scale);
            }
        }

        return new WordAttention(first.Rows, first.Columns, weights);
    }

    /// <summary>The weights of one word, which add up to 1.</summary>
    public float[] Map(int word)
    {
        ReadOnlySpan<byte> weights = Weights.AsSpan(word * Regions, Regions);
        float sum = 0;
        foreach (byte weight in weights)
        {
            sum += weight;
        }

        float[] map = new float[Regions];
        for (int region = 0; region < map.Length; region++)
        {
            map[region] = weights[region] / Math.Max(sum, 1);
        }

        return map;
    }
}
