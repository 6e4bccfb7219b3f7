namespace Captioning.Worker.Tests.Broker;

/// <summary>A RabbitMQ node without a service on it, and a folder that services started by the tests may read and write.</summary>
public sealed class ProgramFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal RabbitMqNode Node { get; } = new();

    internal TemporaryFolder Folder => _folder;

    public Task InitializeAsync() => Node.StartAsync();

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Starts <c>captioning serve</c>, and returns when it takes requests.</summary>
    /// <param name="urls">Where it answers over HTTP; some free port by default.</param>
    internal Task<CaptioningProgram> ServeAsync(string urls = "http://127.0.0.1:0") => CaptioningProgram.StartAsync(
        "Taking requests from",
        [
            "serve",
            "--broker", Node.Uri.ToString(),
            "--models", Repository.Models,
            "--voices", Repository.Voices,
            "--device", "cpu",
            "--batch-size", "8",
            "--folder", _folder.Root,
            "--audio", _folder.Under("audio"),
            "--urls", urls,
        ]);
}
