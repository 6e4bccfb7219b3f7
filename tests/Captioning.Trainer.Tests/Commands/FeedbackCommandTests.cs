using Captioning.Contracts;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Data;
using Captioning.Trainer.Feedback;
using Captioning.Trainer.Tests.Service;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Commands;

public sealed class FeedbackCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _output = new TestConsole().Width(1_000);
    private readonly TestConsole _messages = new TestConsole().Width(1_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_Feedback_AFileThatIsReadAsTheSameDataset()
    {
        FeedbackStore store = Fill();

        Assert.Equal(ExitCode.Success, await InvokeAsync("feedback", "export", _folder["out.jsonl"], "--store", _folder["store"]));

        DatasetImage[] expected = [.. store.Images()];
        DatasetImage[] read = [.. CaptionDataset.Load(_folder["out.jsonl"]).Images];
        Assert.Equal(expected.Select(image => (image.Name, image.Split)), read.Select(image => (image.Name, image.Split)));
        Assert.Equal(expected.SelectMany(image => image.Captions), read.SelectMany(image => image.Captions));
    }

    [Fact]
    public async Task List_Feedback_TheLastAreShown()
    {
        Fill();

        Assert.Equal(ExitCode.Success, await InvokeAsync("feedback", "list", "--store", _folder["store"], "--limit", "2"));

        Assert.Contains("a [blue] shape", _output.Output, StringComparison.Ordinal);
        Assert.Contains("not: a dog", _output.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a red shape", _output.Output, StringComparison.Ordinal);
        Assert.Contains("3 pieces of feedback on 2 images", _messages.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NoStore_SaysSoAndMakesNone()
    {
        Assert.Equal(ExitCode.Usage, await InvokeAsync("feedback", "list", "--store", _folder["nowhere"]));

        Assert.Contains("no feedback in", _messages.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["nowhere"]));
    }

    private FeedbackStore Fill()
    {
        FeedbackStore store = FeedbackStore.Open(_folder["store"], TimeProvider.System);
        CaptionFeedback feedback = new() { FeedbackId = "1", Image = "data:", Caption = "a red shape", Time = TimeProvider.System.GetUtcNow() };
        store.Add(feedback, Pictures.Of("red", "blue"), 0.2);
        store.Add(feedback with { FeedbackId = "2", Caption = "a [blue] shape" }, Pictures.Of("red", "blue"), 0.2);
        store.Add(feedback with { FeedbackId = "3", Caption = null, Judged = "a dog", Verdict = FeedbackVerdict.Wrong }, Pictures.Of("red", "green"), 0.2);
        return store;
    }

    private Task<int> InvokeAsync(params string[] arguments) => TrainerCommand.InvokeAsync(arguments, _output, _messages, isTerminal: false, TimeProvider.System);
}
