using Captioning.Worker.Tests.Sources;

namespace Captioning.Worker.Tests.Http;

/// <summary>The service with its defaults, and a server that it may read images from.</summary>
public sealed class HttpFixture : IAsyncLifetime
{
    internal ApiHost Api { get; private set; } = null!;

    internal GatedPictures Pictures { get; } = new();

    public async Task InitializeAsync() => Api = await ApiHost.StartAsync([ApiHost.Reads(Pictures.Server)]);

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        await Pictures.DisposeAsync();
    }
}
