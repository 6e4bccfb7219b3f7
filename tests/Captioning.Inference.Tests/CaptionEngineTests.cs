using Captioning.Inference.Batching;
using Captioning.Inference.Images;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Tests.Images;
using Captioning.Inference.Tests.Models;
using ImageMagick;

namespace Captioning.Inference.Tests;

public sealed class CaptionEngineTests
{
    [Fact]
    public async Task CaptionAsync_Sample_SaysWhatIsThere()
    {
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = Repository.Model, Device = Device.Cpu });

        CaptionedImage captioned = await engine.CaptionAsync(
            ImageSource.FromFile(Repository.Sample("astronaut.png")), new CaptionOptions { Candidates = 3 }, BatchPriority.Interactive);

        Assert.Matches("^A (wo)?man .*\\.$", captioned.Best.Text);
        Assert.Equal(3, captioned.Candidates.Count);
        Assert.Equal(captioned.Candidates.OrderByDescending(c => c.Score), captioned.Candidates);
        Assert.Equal((512, 512, "png"), (captioned.Image.Width, captioned.Image.Height, captioned.Image.Format));
        Assert.Equal(1, captioned.Timings.BatchSize);
    }

    [Fact]
    public async Task CaptionAsync_QuantizedModel_CaptionsToo()
    {
        string model = Path.Combine(Repository.Models, "efficientnet-lite2-260-flickr8k-int8");
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = model, Device = Device.Cpu });

        CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromFile(Repository.Sample("astronaut.png")), CaptionOptions.Default);

        Assert.Matches("^A (wo)?man .*\\.$", captioned.Best.Text);
    }

    [Fact]
    public async Task CaptionAsync_EveryExifOrientation_GivesTheSameCaption()
    {
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = Repository.Model, Device = Device.Cpu });
        using MagickImage upright = new(Repository.Sample("rocket.jpg"));
        string expected = (await engine.CaptionAsync(ImageSource.FromBytes(upright.Encode(MagickFormat.Png)), CaptionOptions.Default)).Best.Text;

        for (ushort orientation = 1; orientation <= 8; orientation++)
        {
            // Stored without loss, so that nothing but the orientation differs.
            using MagickImage stored = Pictures.Turned(upright, orientation);
            CaptionedImage captioned = await engine.CaptionAsync(ImageSource.FromBytes(stored.Encode(MagickFormat.Png)), CaptionOptions.Default);
            Assert.Equal((orientation, expected), (orientation, captioned.Best.Text));
        }
    }

    [Fact]
    public async Task CaptionAsync_ManyCallers_GetTheirOwnCaptions()
    {
        using TinyModel model = new(ModelArchitecture.Attention);
        await using CaptionEngine engine = Load(model);
        using Captioner captioner = Captioner.Load(model.Folder, SessionFactory.Create(Device.Cpu, threads: 1));

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (i, token) =>
        {
            (byte red, byte green, byte blue) = ((byte)(i * 7), (byte)(i * 13), (byte)(i * 31));
            CaptionOptions options = new() { Beam = 1 + (i % 4) };
            CaptionedImage captioned = await engine.CaptionAsync(
                Png(red, green, blue), options, i % 3 == 0 ? BatchPriority.Interactive : BatchPriority.Bulk, token);
            Assert.Equal(captioner.Run([TinyModel.Image(red, green, blue)], options, token)[0][0].Text, captioned.Best.Text);
        });
    }

    [Fact]
    public async Task CaptionAsync_BadImageAmongGoodOnes_FailsAlone()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        await using CaptionEngine engine = Load(model);

        Task<CaptionedImage>[] tasks =
        [
            .. Enumerable.Range(0, 20).Select(i => engine.CaptionAsync(
                i == 7 ? ImageSource.FromBytes("no image"u8.ToArray(), "seven.jpg") : Png((byte)i, 0, 0), CaptionOptions.Default)),
        ];

        ImageRejectedException e = await Assert.ThrowsAsync<ImageRejectedException>(() => tasks[7]);
        Assert.Contains("seven.jpg", e.Message, StringComparison.Ordinal);
        CaptionedImage[] others = await Task.WhenAll(tasks.Where((_, i) => i != 7));
        Assert.Equal(19, others.Length);
    }

    [Fact]
    public async Task CaptionAsync_Cancelled_IsCancelled()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        await using CaptionEngine engine = Load(model);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.CaptionAsync(Png(1, 2, 3), CaptionOptions.Default, BatchPriority.Bulk, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task DrainAsync_WorkUnderWay_FinishesItAndTakesNoMore()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        await using CaptionEngine engine = Load(model);
        Task<CaptionedImage>[] tasks = [.. Enumerable.Range(0, 40).Select(i => engine.CaptionAsync(Png((byte)i, 0, 0), CaptionOptions.Default))];

        await engine.DrainAsync();

        Assert.All(tasks, t => Assert.True(t.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<BatcherClosedException>(() => engine.CaptionAsync(Png(0, 0, 0), CaptionOptions.Default));
    }

    [Fact]
    public async Task DisposeAsync_TwiceAtOnce_BothWaitForTheRunningBatch()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        CaptionEngine engine = Load(model);
        Task<CaptionedImage>[] tasks = [.. Enumerable.Range(0, 40).Select(i => engine.CaptionAsync(Png((byte)i, 0, 0), CaptionOptions.Default))];

        await Task.WhenAll(engine.DisposeAsync().AsTask(), engine.DisposeAsync().AsTask());

        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(tasks, t => Assert.True(t.IsCompletedSuccessfully || t.IsCanceled || t.Exception?.InnerException is BatcherClosedException));
    }

    [Fact]
    public void Load_InvalidSettings_ListsThemAll()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => CaptionEngine.Load(new CaptionEngineOptions { MaxBatchSize = 0, Threads = -1, DecodeThreads = 1000, MaxBatchDelay = TimeSpan.FromMinutes(1) }));

        Assert.Equal(
            "The engine's settings are invalid: ModelPath is not set; Threads is -1; it must be between 0 and 256; MaxBatchSize is 0; it must be between 1 and 1024; "
            + "MaxBatchDelay is 00:01:00; it must be between 0 and 10 seconds; DecodeThreads is 1000; it must be between 0 and 256. (Parameter 'options')",
            e.Message);
    }

    [Fact]
    public void Load_CudaWithoutCuda_SaysWhatToDo()
    {
        DeviceUnavailableException e = Assert.Throws<DeviceUnavailableException>(
            () => CaptionEngine.Load(new CaptionEngineOptions { ModelPath = Repository.Model, Device = new Device(DeviceKind.Cuda, 99) }));

        Assert.StartsWith("The device 'cuda:99' cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("use 'cpu'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_Auto_FallsBackToTheCpu()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        await using CaptionEngine engine = CaptionEngine.Load(new CaptionEngineOptions { ModelPath = model.Folder, Device = new Device(DeviceKind.Auto, 99) });

        Assert.Equal(Device.Cpu, engine.Device);
    }

    private static CaptionEngine Load(TinyModel model) => CaptionEngine.Load(new CaptionEngineOptions { ModelPath = model.Folder, Device = Device.Cpu, Threads = 1 });

    private static ImageSource Png(byte red, byte green, byte blue)
    {
        using MagickImage image = new(new MagickColor(red, green, blue), TinyModel.Size, TinyModel.Size);
        return ImageSource.FromBytes(image.ToByteArray(MagickFormat.Png), "colour.png");
    }
}
