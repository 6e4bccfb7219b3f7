using Captioning.Contracts;
using Captioning.Worker.Sources;
using MassTransit;
using MassTransit.MessageData;

namespace Captioning.Worker.Tests.Sources;

public sealed class ClaimCheckSourceTests : IDisposable
{
    private static readonly byte[] Photo = [1, 2, 3, 4];
    private readonly TemporaryFolder _folder = new();
    private readonly IMessageDataRepository _repository;

    public ClaimCheckSourceTests()
    {
        _repository = new FileSystemMessageDataRepository(Directory.CreateDirectory(_folder.Under("data")));
        _folder.File("secret", Photo);
        _folder.File("data/secret.txt", Photo);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FetchAsync_MessageData_IsRead()
    {
        Uri lasting = await PutAsync(_repository, Photo, null);
        Uri expiring = await PutAsync(_repository, Photo, TimeSpan.FromHours(3));

        Assert.Equal(Photo, (await FetchAsync(_repository, lasting.ToString())).Bytes.ToArray());
        Assert.Equal(Photo, (await FetchAsync(_repository, expiring.ToString())).Bytes.ToArray());
    }

    [Fact]
    public async Task FetchAsync_InMemoryRepository_IsRead()
    {
        InMemoryMessageDataRepository repository = new();
        Uri address = await PutAsync(repository, Photo, null);

        Assert.Equal(Photo, (await FetchAsync(repository, address.ToString())).Bytes.ToArray());
        Assert.Equal(FailureReason.NotFound, (await FailAsync(repository, "urn:msgid:rqkbbdiygcyyypy1bdqapcrrqa")).Reason);
    }

    [Fact]
    public async Task FetchAsync_Missing_IsNotFound()
    {
        Assert.Equal(FailureReason.NotFound, (await FailAsync(_repository, "urn:file:none:missing")).Reason);
        Assert.Equal(FailureReason.NotFound, (await FailAsync(_repository, "urn:file:2020:01:01:00:missing")).Reason);
    }

    [Fact]
    public async Task FetchAsync_TooLarge_IsTyped()
    {
        Uri address = await PutAsync(_repository, new byte[11], null);

        Assert.Equal(FailureReason.TooLarge, (await FailAsync(_repository, address.ToString())).Reason);
    }

    [Theory]
    [InlineData("urn:file:..:secret")]
    [InlineData("urn:file:%2e%2e:secret")]
    [InlineData("urn:file:none:../../secret")]
    [InlineData("urn:file:/etc/passwd")]
    [InlineData("urn:file::etc:passwd")]
    [InlineData("urn:file:secret.txt")]
    [InlineData("urn:file:secret\0")]
    [InlineData("urn:file:")]
    [InlineData("urn:file")]
    [InlineData("urn:")]
    [InlineData("urn:isbn:0451450523")]
    [InlineData("urn://file/none/a")]
    public async Task FetchAsync_NoMessageData_IsRefused(string uri) =>
        Assert.Equal(FailureReason.ForbiddenSource, (await FailAsync(_repository, uri)).Reason);

    private static async Task<Uri> PutAsync(IMessageDataRepository repository, byte[] content, TimeSpan? timeToLive)
    {
        using MemoryStream stream = new(content);
        return await repository.Put(stream, timeToLive, CancellationToken.None);
    }

    private static Task<FetchedImage> FetchAsync(IMessageDataRepository repository, string uri) =>
        new ImageFetcher([new ClaimCheckSource(repository, 10)], new ImageSourceOptions(), TimeProvider.System).FetchAsync(uri, CancellationToken.None);

    private static Task<ImageSourceException> FailAsync(IMessageDataRepository repository, string uri) =>
        Assert.ThrowsAsync<ImageSourceException>(() => FetchAsync(repository, uri));
}
