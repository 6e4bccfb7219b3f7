using System.Diagnostics;
using System.Text.Json;

namespace Captioning.Worker.Tests.Broker;

/// <summary>The service as <c>docs/examples</c> use it, the one in another language with a library that is not ours.</summary>
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

    [Fact]
    public async Task CSharpProducer_Photos_EachIsAnswered()
    {
        await using CaptioningProgram worker = await fixture.ServeAsync();
        string photo = fixture.Folder.File(Path.Join("csharp", "1.bmp"), SmallImages.Bmp(6_900_000));
        string nothing = fixture.Folder.Under("csharp", "2.bmp");

        string output = await RunAsync(
            CaptioningProgram.Dotnet, ["run", "-p:UseSharedCompilation=false", Example("producer.cs"), fixture.Node.Uri.ToString(), photo, nothing], []);

        string[] answers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        Assert.Equal(2, answers.Length);
        Assert.StartsWith("A ", answers[0], StringComparison.Ordinal);
        Assert.StartsWith("NotFound: ", answers[1], StringComparison.Ordinal);
    }

    private static string Id(JsonElement result) => result.GetProperty("requestId").GetString()!;

    private string Copy(string sample) => fixture.Folder.File(Path.Join("producer", Path.GetFileName(sample)), File.ReadAllBytes(sample));

    private string Make(int number) => fixture.Folder.File(Path.Join("producer", $"{number}.bmp"), SmallImages.Bmp(6_000_000 + number));

    private static string Example(string name) => Path.Join(Repository.Root, "docs", "examples", name);

    private async Task<string[]> ProduceAsync(IEnumerable<string> paths)
    {
        string output = await RunAsync(Python, [Example("producer.py"), "--broker", fixture.Node.Uri.ToString(), "--beam", "1"], paths);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, IEnumerable<string> lines)
    {
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
            },
        };
        process.Start();
        Task<string> output = ProgramOutput.ReadAsync(process);
        await process.StandardInput.WriteAsync(string.Concat(lines.Select(line => $"{line}\n")));
        process.StandardInput.Close();
        return await output;
    }

    /// <summary>What <c>captioning caption</c> says of the same photos.</summary>
    private async Task<Dictionary<string, string>> CaptionsAsync()
    {
        string output = await ProgramOutput.RunAsync(
            ["caption", fixture.Folder.Under("producer"), "--beam", "1", "--format", "jsonl", "--device", "cpu", "--models", Repository.Models]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(line => line.GetProperty("path").GetString()!, line => line.GetProperty("caption").GetString()!, StringComparer.Ordinal);
    }
}
