using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Captioning.Worker.Stores;

/// <summary>
/// Names audio by what it is, so that a request that is delivered twice finds the file of the first time. Whatever the request's id
/// holds, the name is a relative path of letters, digits, '-', '_', '.' and one '/'.
/// </summary>
internal static class AudioName
{
    public const string Extension = ".wav";
    private const int ReadableLength = 40;

    /// <summary>The name: <c>3f/beach-day-3f5a...e1.wav</c>, where the folder is the start of the hash and spreads the files.</summary>
    /// <param name="requestId">The request's id; its safe characters lead the name.</param>
    /// <param name="text">The text that is spoken.</param>
    /// <param name="voice">The voice's id.</param>
    /// <param name="speed">How fast it is spoken.</param>
    public static string Of(string requestId, string text, string voice, double speed)
    {
        string hash = Hash(requestId, text, voice, speed.ToString(CultureInfo.InvariantCulture));
        string readable = Readable(requestId);
        return $"{hash.AsSpan(0, 2)}/{readable}{(readable.Length > 0 ? "-" : string.Empty)}{hash}{Extension}";
    }

    private static string Readable(string id)
    {
        StringBuilder readable = new(ReadableLength);
        foreach (char character in id)
        {
            bool safe = char.IsAsciiLetterOrDigit(character) || character == '_';
            if (safe)
            {
                readable.Append(character);
            }
            else if (readable.Length > 0 && readable[^1] != '-')
            {
                readable.Append('-');
            }

            if (readable.Length == ReadableLength)
            {
                break;
            }
        }

        return readable.ToString().TrimEnd('-');
    }

    // Each part with its length before it, or ("ab", "c") would be ("a", "bc").
    private static string Hash(params ReadOnlySpan<string> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
