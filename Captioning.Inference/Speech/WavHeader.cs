using System.Buffers.Binary;

namespace Captioning.Inference.Speech;

/// <summary>The 44 bytes before the samples of a WAV file of 16-bit PCM with one channel.</summary>
public static class WavHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 44;

    private const int BytesPerSample = sizeof(short);

    /// <summary>Writes the header of a file that is complete.</summary>
    /// <param name="header">Where it is written: at least <see cref="Length"/> bytes.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="sampleCount">The number of samples.</param>
    /// <exception cref="OverflowException">There are more samples than a WAV file can tell (over 4 GiB).</exception>
    public static void Write(Span<byte> header, int sampleRate, long sampleCount)
    {
        uint dataLength = checked((uint)(sampleCount * BytesPerSample));
        Write(header, sampleRate, dataLength, checked(dataLength + (Length - 8)));
    }

    /// <summary>Writes the header of a file whose end is not known yet: it ends where its stream does, as players and ffmpeg understand it.</summary>
    /// <param name="header">Where it is written: at least <see cref="Length"/> bytes.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static void WriteOpenEnded(Span<byte> header, int sampleRate) => Write(header, sampleRate, uint.MaxValue, uint.MaxValue);

    /// <summary>Reads the header of a file that is complete, as <see cref="Write(Span{byte}, int, long)"/> writes it.</summary>
    /// <param name="wav">The file, or its first <see cref="Length"/> bytes.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="duration">How long the file plays.</param>
    /// <returns>False where it begins in another way.</returns>
    public static bool TryRead(ReadOnlySpan<byte> wav, out int sampleRate, out TimeSpan duration)
    {
        sampleRate = 0;
        duration = TimeSpan.Zero;
        if (wav.Length < Length)
        {
            return false;
        }

        // What differs in anything but these two was not written here.
        sampleRate = BinaryPrimitives.ReadInt32LittleEndian(wav[24..]);
        uint dataLength = BinaryPrimitives.ReadUInt32LittleEndian(wav[40..]);
        Span<byte> same = stackalloc byte[Length];
        Write(same, sampleRate, dataLength, unchecked(dataLength + (Length - 8)));
        if (sampleRate <= 0 || !wav[..Length].SequenceEqual(same))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds((double)(dataLength / BytesPerSample) / sampleRate);
        return true;
    }

    private static void Write(Span<byte> header, int sampleRate, uint dataLength, uint riffLength)
    {
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], riffLength);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 8 * BytesPerSample);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], dataLength);
    }
}
