using System.Collections.Concurrent;
using Captioning.Worker.Tests.Broker;
using Captioning.Worker.Tests.Sources;

namespace Captioning.Worker.Tests.Http;

/// <summary>A server of pictures that it holds back until a test says so.</summary>
internal sealed class GatedPictures : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);
    private int _count = 1_000_000;

    public GatedPictures() => Server = new LoopbackServer(AnswerAsync);

    public LoopbackServer Server { get; }

    /// <summary>A picture that is held back.</summary>
    public Gate Hold()
    {
        string target = $"/{Guid.NewGuid():N}.bmp";
        return _gates[target] = new Gate(Server.Url(target), Interlocked.Increment(ref _count));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task AnswerAsync(LoopbackServer.Request request, Stream stream, CancellationToken cancellationToken)
    {
        Gate gate = _gates[request.Target];
        gate.Asked.TrySetResult();
        Task<int> closed = stream.ReadAsync(new byte[1], cancellationToken).AsTask();
        if (await Task.WhenAny(gate.Opened.Task, closed) == closed)
        {
            gate.GivenUp.TrySetResult();
            return;
        }

        byte[] picture = SmallImages.Bmp(gate.Number);
        await LoopbackServer.RespondAsync(stream, $"200 OK\r\nContent-Type: image/bmp\r\nContent-Length: {picture.Length}", picture, cancellationToken);
    }

    /// <param name="Url">The picture's URL.</param>
    /// <param name="Number">What makes the picture.</param>
    internal sealed record Gate(string Url, int Number)
    {
        /// <summary>Completes when the picture is asked for.</summary>
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets the picture go.</summary>
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when who asked has gone.</summary>
        public TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
