using System.Threading.Channels;
using Captioning.Inference;
using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;
using Captioning.Worker.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Hosting;

public sealed class EngineHostTests
{
    private readonly DelayClock _time = new();

    [Fact]
    public async Task LoadAsync_ModelComesLater_LoadsItWithLongerAndLongerDelays()
    {
        int failures = 6;
        EngineHost engines = Host(() => failures-- > 0 ? throw new FileNotFoundException("There is no model.") : Load());

        Task<CaptionEngine> loading = engines.LoadAsync(CancellationToken.None);
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 30])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), await _time.Delays.Reader.ReadAsync());
            Assert.Equal((null, "There is no model."), (engines.Current, engines.Problem));
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await using CaptionEngine engine = await loading;
        Assert.Equal((engine, null), (engines.Current, engines.Problem));
        Assert.False(engines.Broken.IsCompleted);
    }

    [Fact]
    public async Task IsBrokenAsync_ErrorOfAnEngineThatWorks_IsNotTheEngines()
    {
        EngineHost engines = Host(Load);
        await using CaptionEngine engine = await engines.LoadAsync(CancellationToken.None);

        Assert.False(await engines.IsBrokenAsync(engine, new InvalidOperationException("One image failed.")));
        Assert.Same(engine, engines.Current);
        Assert.False(engines.Broken.IsCompleted);
    }

    [Fact]
    public async Task IsBrokenAsync_EngineThatFailsForAll_IsGivenUp()
    {
        EngineHost engines = Host(Load);
        CaptionEngine engine = await engines.LoadAsync(CancellationToken.None);
        Task broken = engines.Broken;
        await engine.DisposeAsync();

        Assert.True(await engines.IsBrokenAsync(engine, new InvalidOperationException("The device is lost.")));
        Assert.Equal((null, "The device is lost."), (engines.Current, engines.Problem));
        await broken;

        await using CaptionEngine next = await engines.LoadAsync(CancellationToken.None);
        Assert.True(await engines.IsBrokenAsync(engine, new InvalidOperationException("Late news of the old one.")));
        Assert.Same(next, engines.Current);
    }

    [Fact]
    public async Task SwapAsync_ImageUnderWay_IsFinishedByTheOldEngine()
    {
        EngineHost engines = Host(Load);
        CaptionEngine old = await engines.LoadAsync(CancellationToken.None);
        Task<CaptionedImage> underWay = old.CaptionAsync(ImageSource.FromFile(Repository.Sample("rocket.jpg")), CaptionOptions.Default);

        await engines.SwapAsync(Load, CancellationToken.None);

        Assert.True(underWay.IsCompletedSuccessfully);
        Assert.NotSame(old, engines.Current);
        Assert.False(engines.Broken.IsCompleted);
        await Assert.ThrowsAsync<BatcherClosedException>(() => old.CaptionAsync(ImageSource.FromFile(Repository.Sample("rocket.jpg")), CaptionOptions.Default));
        await engines.CloseAsync();
        Assert.Null(engines.Current);
    }

    [Fact]
    public async Task SwapAsync_OtherDoesNotLoad_OldOneStays()
    {
        EngineHost engines = Host(Load);
        CaptionEngine old = await engines.LoadAsync(CancellationToken.None);

        await Assert.ThrowsAsync<FileNotFoundException>(() => engines.SwapAsync(() => throw new FileNotFoundException("It is gone."), CancellationToken.None));

        Assert.Same(old, engines.Current);
        await engines.CloseAsync();
    }

    private static CaptionEngine Load() => CaptionEngine.Load(
        new CaptionEngineOptions { ModelPath = Path.Join(Repository.Models, "efficientnet-lite2-260-flickr8k"), Device = Device.Cpu });

    private EngineHost Host(Func<CaptionEngine> load) => new(load, _time, NullLogger<EngineHost>.Instance);

    /// <summary>A clock that tells which delays are asked of it.</summary>
    private sealed class DelayClock : FakeTimeProvider
    {
        public Channel<TimeSpan> Delays { get; } = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Delays.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
