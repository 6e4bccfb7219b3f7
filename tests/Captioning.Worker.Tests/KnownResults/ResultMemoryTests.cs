using Captioning.Contracts;
using Captioning.Worker.Requests;
using Captioning.Worker.Results;
using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Tests.KnownResults;

[Collection(MemoryGroup.Name)]
public sealed class ResultMemoryTests
{
    private const long Bound = 4 << 20;

    [Fact]
    public async Task GetOrAddAsync_ManyAnswers_TakeNotMuchMoreThanTheyMay()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddKnownResults(new ResultOptions { MaxBytes = Bound })
            .BuildServiceProvider();
        KnownAnswers known = services.GetRequiredService<KnownAnswers>();
        await FillAsync(known, 0, 10);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await FillAsync(known, 10, 20_000);
        long after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange(after - before, 0, 4 * Bound);
        GC.KeepAlive(known);
    }

    private static async Task FillAsync(KnownAnswers known, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            await known.GetOrAddAsync($"{i}", _ => ValueTask.FromResult(Answer(i)), CancellationToken.None);
        }
    }

    private static Answer Answer(int number)
    {
        const string Caption = "Two people are standing in front of a lake.";
        return new Answer(
            new ImageCaptioned
            {
                RequestId = $"{number}",
                Caption = Caption,
                Score = -2.63,
                LogProbability = -13.16,
                Candidates = [new CaptionCandidate(Caption, -2.63)],
                Words = [.. Caption.Split(' ').Select(word => new CaptionWord(word, -1.2345678901234))],
                Model = new ModelReference("efficientnet-lite2-260-flickr8k", "1.0.0"),
                Image = new ImageProperties(new string('a', 64), 112_525, 640, 427, "jpeg"),
                Timings = new StageTimings(0.1, 0.2, 0.3),
                Worker = "captioner-1/4711",
            },
            null);
    }
}
