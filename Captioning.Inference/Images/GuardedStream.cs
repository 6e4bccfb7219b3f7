namespace Captioning.Inference.Images;

/// <summary>
/// Hands encoded bytes to a decoder that reads as it goes, and ends early when the guard says so: the one way to interrupt it.
/// </summary>
/// <param name="bytes">The encoded image.</param>
/// <param name="trailer">Bytes that follow it.</param>
/// <param name="guard">Asked before every read.</param>
internal sealed class GuardedStream(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> trailer, DecodeGuard guard) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length + trailer.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (guard.MustStop || Position >= Length)
        {
            return 0;
        }

        int position = (int)Position;
        ReadOnlySpan<byte> rest = position < bytes.Length ? bytes.Span[position..] : trailer.Span[(position - bytes.Length)..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = Math.Max(0, origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    });

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
