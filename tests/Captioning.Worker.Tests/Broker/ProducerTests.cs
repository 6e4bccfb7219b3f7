using System.Diagnostics;
using System.Text.Json;

namespace Captioning.Worker.Tests.Broker;

/// <summary>The service as <c>docs/examples/producer.py</c> uses it: a client in another language, with a library that is not ours.</summary>
[Collection(ProgramGroup.Name)]
public sealed class ProducerTests(ProgramFixture fixture)
{
    private const int Requests = 2_000;
    private const int Photos = 200;

    // Where Debian's python3-pika belongs to; another Python in the path does not know it.
    private static readonly string Python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    [Fact]
    public async Task Producer_2000Requests_EachIsAnsweredOnceAsTheCaptionVerbDoes()
    {
        string[] photos = [.. Directory.GetFiles(Repository.Samples).Select(Copy), .. Enumerable.Range(0, Photos).Select(Make)];
        await using CaptioningProgram worker = await fixture.ServeAsync();
        await using JsonClient client = await JsonClient.ConnectAsync(fixture.Node.Uri);
        ResultQueue everything = await ResultQueue.BindAsync(client);

        string[] answers = await ProduceAsync(Enumerable.Range(0, Requests).Select(i => photos[i % photos.Length]));

        Dictionary<string, string> expected = await CaptionsAsync();
        Assert.Equal(photos.Length, expected.Count);
        JsonElement[] results = Array.ConvertAll(answers, answer => JsonSerializer.Deserialize<JsonElement>(answer));
        Assert.Equal(Requests, results.Length);
        Assert.Equal(Requests, results.Select(Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(results, result => Assert.Equal(expected[result.GetProperty("metadata").GetProperty("path").GetString()!], result.GetProperty("caption").GetString()));

        // Where nothing fails, the broker has each result once too.
        IReadOnlyList<JsonElement> published = await everything.TakeAsync(client, Requests);
        Assert.Equal(Requests, published.Count);
        Assert.Equal(results.Select(Id).Order(StringComparer.Ordinal), published.Select(Id).Order(StringComparer.Ordinal));
    }

    private static string Id(JsonElement result) => result.GetProperty("requestId").GetString()!;

    private string Copy(string sample) => fixture.Folder.File(Path.Join("producer", Path.GetFileName(sample)), File.ReadAllBytes(sample));

    private string Make(int number) => fixture.Folder.File(Path.Join("producer", $"{number}.bmp"), SmallImages.Bmp(6_000_000 + number));

    private async Task<string[]> ProduceAsync(IEnumerable<string> paths)
    {
        using Process producer = new()
        {
            StartInfo = new ProcessStartInfo(Python, [Path.Join(Repository.Root, "docs", "examples", "producer.py"), "--broker", fixture.Node.Uri.ToString(), "--beam", "1"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        producer.Start();
        Task<string> output = CaptioningProgram.OutputAsync(producer);
        await producer.StandardInput.WriteAsync(string.Concat(paths.Select(path => $"{path}\n")));
        producer.StandardInput.Close();
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What <c>captioning caption</c> says of the same photos.</summary>
    private async Task<Dictionary<string, string>> CaptionsAsync()
    {
        string output = await CaptioningProgram.RunAsync(
            ["caption", fixture.Folder.Under("producer"), "--beam", "1", "--format", "jsonl", "--device", "cpu", "--models", Repository.Models]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(line => line.GetProperty("path").GetString()!, line => line.GetProperty("caption").GetString()!, StringComparer.Ordinal);
    }
}
