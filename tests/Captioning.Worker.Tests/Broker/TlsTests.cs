using Captioning.Worker.Cli;
using Captioning.Worker.Messaging;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

/// <summary>The service and its clients on a broker that takes connections by TLS from those with a certificate.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    // The broker's configuration takes no difficult names.
    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-tls-").FullName;
    private readonly TlsFiles _tls;
    private readonly RabbitMqNode _node;

    public TlsTests()
    {
        _tls = TlsFiles.Create(_folder, "ours");
        _node = new RabbitMqNode(_tls);
    }

    public Task InitializeAsync() => _node.StartAsync();

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Serve_BrokerWithTls_AnswersOverIt()
    {
        await using CaptioningProgram worker = await CaptioningProgram.StartAsync(
            "Taking requests from",
            [
                "serve",
                "--broker", _node.TlsUri.ToString(),
                "--set", $"Captioning:Broker:Tls:AuthorityFile={_tls.Authority}",
                "--set", $"Captioning:Broker:Tls:CertificateFile={_tls.Certificate}",
                "--set", $"Captioning:Broker:Tls:KeyFile={_tls.Key}",
                "--models", Repository.Models,
                "--device", "cpu",
                "--urls", "http://127.0.0.1:0",
            ]);
        await using JsonClient client = await JsonClient.ConnectAsync(_node.Uri);

        JsonClient.Reply answer = await client.AskAsync(Topology.JsonBulk, new { requestId = "1", image = SmallImages.Uri(1) });

        Assert.Equal("ImageCaptioned", answer.Type);
    }

    [Fact]
    public async Task Connect_CertificateOfAnAuthorityThatIsNotTrusted_IsRefused()
    {
        BrokerOptions options = Options(TlsFiles.Create(_folder, "others").Authority);

        UsageException e = await Assert.ThrowsAsync<UsageException>(() => RabbitMqConnection.OpenAsync(options, "test", CancellationToken.None));

        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherNameThanTheCertificates_IsRefused()
    {
        BrokerOptions options = Options(_tls.Authority);
        options.Tls.ServerName = "broker.example.com";

        await Assert.ThrowsAsync<UsageException>(() => RabbitMqConnection.OpenAsync(options, "test", CancellationToken.None));
    }

    [Fact]
    public async Task Connect_CertificateThatIsTrusted_Connects()
    {
        await using IConnection connection = await RabbitMqConnection.OpenAsync(Options(_tls.Authority), "test", CancellationToken.None);

        Assert.True(connection.IsOpen);
    }

    private BrokerOptions Options(string authority) => new()
    {
        Uri = _node.TlsUri.ToString(),
        Tls = { AuthorityFile = authority, CertificateFile = _tls.Certificate, KeyFile = _tls.Key },
    };
}
