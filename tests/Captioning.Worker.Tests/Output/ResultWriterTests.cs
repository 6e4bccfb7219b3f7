using Captioning.Contracts;
using Captioning.Worker.Output;
using Spectre.Console.Testing;

namespace Captioning.Worker.Tests.Output;

public sealed class ResultWriterTests
{
    private const string Line =
        """{"path":"b/ü \"x\".jpg","caption":"A dog runs.","score":-1.25,"logProbability":-5.5,"candidates":[{"text":"A dog runs.","score":-1.25}],"words":[{"text":"a","logProbability":-0.5}],"model":{"id":"model","version":"1.0.0"},"image":{"sha256":"abc","bytes":10,"width":4,"height":3,"format":"png"},"timings":{"queued":0.5,"decode":0.25,"inference":0.125}}""";

    private const string Failure = """{"path":"c.jpg","error":"It is damaged.","reason":"Unreadable"}""";

    private readonly StringWriter _output = new();

    private static CaptionResult[] Two => [Results.Captioned("b/ü \"x\".jpg"), Results.Failed("c.jpg")];

    [Fact]
    public void JsonLines_CaptionAndFailure_AreALineEach()
    {
        Print(new JsonLinesWriter(_output), Two);

        Assert.Equal($"{Line}\n{Failure}\n", _output.ToString());
    }

    [Fact]
    public void Json_CaptionAndFailure_AreOneArray()
    {
        Print(new JsonArrayWriter(_output), Two);

        Assert.Equal($"[\n{Line},\n{Failure}\n]\n", _output.ToString());
    }

    [Fact]
    public void Json_Nothing_IsAnEmptyArray()
    {
        Print(new JsonArrayWriter(_output));

        Assert.Equal("[]\n", _output.ToString());
    }

    [Fact]
    public void Text_CaptionAndFailure_LeavesTheFailureToStandardError()
    {
        Print(new PlainTextWriter(_output), Two);

        Assert.Equal("b/ü \"x\".jpg\tA dog runs.\n", _output.ToString());
    }

    [Fact]
    public void Table_At80Columns_FitsAndWraps()
    {
        TestConsole console = new TestConsole().Width(80);

        Print(
            new TableWriter(console),
            Results.Captioned("samples/astronaut.png", "A man in a red shirt and a blue shirt is standing in front of a crowd."),
            Results.Failed("samples/broken.png"),
            Results.Captioned("samples/日本.jpg", audio: new SpeechAudio("file:///elsewhere/out/a.wav", "joe", 22050, 1.5)),
            Results.Captioned("samples/rocket.jpg", speechError: "No voice."));

        Assert.Equal(
            """

             Path                   Caption                                           Score
            ────────────────────────────────────────────────────────────────────────────────
             samples/astronaut.png  A man in a red shirt and a blue shirt is          -1.25
                                    standing in front of a crowd.
             samples/日本.jpg       A dog runs.                                       -1.25
                                    /elsewhere/out/a.wav
             samples/rocket.jpg     A dog runs.                                       -1.25
                                    not spoken

            """,
            Trimmed(console));
    }

    [Fact]
    public void Table_ManyRows_AreAlignedThroughout()
    {
        TestConsole console = new TestConsole().Width(80);

        Print(new TableWriter(console), [.. Enumerable.Range(0, 100).Select(i => Results.Captioned($"{i:D3}.jpg"))]);

        string[] rows = [.. console.Lines.Where(line => line.Contains(".jpg", StringComparison.Ordinal))];
        Assert.Equal(100, rows.Length);
        Assert.All(rows, row => Assert.Equal((1, 10), (row.IndexOf(rows[0].Trim()[..1], StringComparison.Ordinal), row.IndexOf("A dog", StringComparison.Ordinal))));
        Assert.Single(console.Lines, line => line.Contains("Caption", StringComparison.Ordinal));
        Assert.All(console.Lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Table_TerminalCodesInAPath_DoNotReachTheTerminal()
    {
        TestConsole console = new TestConsole().Width(80);

        Print(new TableWriter(console), Results.Captioned("a\e[2J\n.jpg"));

        Assert.Contains("a\uFFFD[2J\uFFFD.jpg", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_NothingCaptioned_PrintsNothing()
    {
        TestConsole console = new();

        Print(new TableWriter(console), Results.Failed("a.jpg"));

        Assert.Empty(console.Output);
    }

    private static void Print(IResultWriter writer, params CaptionResult[] results)
    {
        foreach (CaptionResult result in results)
        {
            writer.Write(result);
        }

        writer.Complete();
    }

    private static string Trimmed(TestConsole console) => string.Join('\n', console.Lines.Select(line => line.TrimEnd()));
}
