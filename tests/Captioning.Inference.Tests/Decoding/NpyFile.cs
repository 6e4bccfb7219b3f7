using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Captioning.Inference.Tests.Decoding;

/// <summary>Reads float16 arrays in NumPy's .npy format, version 1.</summary>
internal static partial class NpyFile
{
    public static (float[] Values, int[] Shape) ReadHalf(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = BitConverter.ToUInt16(bytes, 8);
        string description = Encoding.ASCII.GetString(bytes, 10, header);
        Assert.Contains("'<f2'", description, StringComparison.Ordinal);
        int[] shape = [.. ShapePattern().Match(description).Groups["shape"].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        int offset = 10 + header;
        float[] values = new float[(bytes.Length - offset) / 2];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BitConverter.ToHalf(bytes, offset + (2 * i));
        }

        return (values, shape);
    }

    [GeneratedRegex(@"\((?<shape>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShapePattern();
}
