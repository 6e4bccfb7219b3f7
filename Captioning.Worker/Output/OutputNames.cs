using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Captioning.Worker.Output;

/// <summary>
/// Gives every image its own name in an output folder: its own, or with <c>-2</c>, <c>-3</c>... where that is taken by
/// an earlier image of the run or by a file that is no text or speech, such as a photo called <c>beach.txt</c>.
/// </summary>
internal sealed class OutputNames(string folder)
{
    public const string TextExtension = ".txt";
    public const string SpeechExtension = ".wav";

    // Hashes, so that millions of names fit.
    private readonly HashSet<UInt128> _taken = [];

    /// <summary>The path, without extension, for what is written about an image.</summary>
    /// <param name="name">The image's name, relative to the folder and without extension.</param>
    public string Take(string name)
    {
        string stem = Path.Join(folder, name);
        for (int n = 2; !_taken.Add(Hash(stem)) || IsForeign(stem); n++)
        {
            stem = Path.Join(folder, $"{name}-{n}");
        }

        return stem;
    }

    private static UInt128 Hash(string stem)
    {
        // Names that differ in case alone are one file on Windows and macOS.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(stem.ToUpperInvariant()));
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static bool IsForeign(string stem) =>
        StartsForeign(stem + TextExtension, static start => start.Contains((byte)0)) ||
        StartsForeign(stem + SpeechExtension, static start => !(start.Length > 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WAVE"u8)));

    private static bool StartsForeign(string path, Func<ReadOnlySpan<byte>, bool> foreign)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        byte[] start = new byte[512];
        try
        {
            using FileStream file = File.OpenRead(path);
            int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return count > 0 && foreign(start.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
