namespace Captioning.Trainer.Quantization;

/// <summary>How real numbers are kept as bytes: <c>number = scale * (byte - zero point)</c>. Zero itself is kept exactly.</summary>
/// <param name="Scale">The distance of neighbours, above 0.</param>
/// <param name="ZeroPoint">The byte that means 0.</param>
internal readonly record struct QuantizationRange(float Scale, byte ZeroPoint)
{
    /// <summary>The range from one number, at most 0, to another, at least 0.</summary>
    public static QuantizationRange Between(double least, double most)
    {
        float width = (float)(most - least);
        if (width < 1e-30f)
        {
            return new QuantizationRange(1, 0);
        }

        float scale = width / byte.MaxValue;

        // Rounded up it would reach beyond a Clip of the same bounds, which could then not become a part of it.
        while (scale * byte.MaxValue > width)
        {
            scale = MathF.BitDecrement(scale);
        }

        return new QuantizationRange(scale, (byte)Math.Clamp(Math.Round(-least / scale), 0, byte.MaxValue));
    }

    /// <summary>A number as it comes back from a byte.</summary>
    public double Round(double number) => Scale * (Math.Clamp(Math.Round(number / Scale) + ZeroPoint, 0, byte.MaxValue) - ZeroPoint);
}
