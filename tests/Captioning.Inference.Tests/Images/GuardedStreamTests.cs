using Captioning.Inference.Images;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Inference.Tests.Images;

public sealed class GuardedStreamTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Read_ToTheEnd_GivesBytesThenTrailer()
    {
        using GuardedStream stream = new(new byte[] { 1, 2, 3 }, new byte[] { 4, 5 }, Guard());
        using MemoryStream copy = new();

        stream.CopyTo(copy);

        Assert.Equal([1, 2, 3, 4, 5], copy.ToArray());
        Assert.Equal(4, stream.Seek(-1, SeekOrigin.End));
        Assert.Equal(5, stream.ReadByte());
    }

    [Fact]
    public void Read_AfterTheTimeLimit_Ends()
    {
        using GuardedStream stream = new(new byte[] { 1, 2, 3 }, default, Guard());
        Assert.Equal(1, stream.ReadByte());

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void Read_AfterCancellation_Ends()
    {
        using CancellationTokenSource source = new();
        using GuardedStream stream = new(new byte[] { 1, 2, 3 }, default, Guard(source.Token));
        Assert.Equal(1, stream.ReadByte());

        source.Cancel();

        Assert.Equal(-1, stream.ReadByte());
    }

    private DecodeGuard Guard(CancellationToken cancellationToken = default) => new("picture", TimeSpan.FromSeconds(10), _time, cancellationToken);
}
