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
        // What earlier tests left is collected at any time and counts against one measurement or another, but not against most.
        ServiceProvider[] services = [.. Enumerable.Range(0, 5).Select(_ => Create())];
        List<long> taken = [];
        foreach (ServiceProvider each in services)
        {
            taken.Add(await MeasureAsync(each.GetRequiredService<KnownAnswers>()));
        }

        Assert.InRange(taken.Order().ElementAt(taken.Count / 2), 0, 4 * Bound);

        // Until here nothing that was measured may be collected.
        foreach (ServiceProvider each in services)
        {
            await each.DisposeAsync();
        }
    }

    private static ServiceProvider Create() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddKnownResults(new ResultOptions { MaxBytes = Bound })
        .BuildServiceProvider();

    /// <summary>Bytes that the process grows by while 20,000 answers come.</summary>
    private static async Task<long> MeasureAsync(KnownAnswers known)
    {
        await FillAsync(known, 0, 10);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await FillAsync(known, 10, 20_000);
        return GC.GetTotalMemory(forceFullCollection: true) - before;
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
