using Captioning.Trainer.Models;
using TorchSharp;

namespace Captioning.Trainer.Tests.Models;

[Collection("torch")]
public sealed class CaptionBatchTests
{
    [Fact]
    public void Create_ImagesWithCaptionsOfDifferentLengths_EveryTokenOnceWithItsNext()
    {
        int[][][] captions = [[[10, 11, 12], [20]], [[30, 31]]];

        CaptionBatch batch = CaptionBatch.Create(captions, bos: 1, eos: 2, torch.CPU);

        // Rows: 10 11 12 and 30 31, then 20.
        Assert.Equal([0, 1, 0], Numbers(batch.RowImages));
        Assert.Equal([3, 3, 2, 1], batch.Steps.Select(step => step.Rows));
        Assert.Equal([2, 2, 2, 1], batch.Steps.Select(step => step.Images));
        Assert.Equal([1, 1, 1, 10, 30, 20, 11, 31, 12], Numbers(batch.Inputs));
        Assert.Equal([10, 30, 20, 11, 31, 2, 12, 2, 2], Numbers(batch.Targets));
        Assert.Equal([0, 1, 0, 0, 1, 0, 0, 1, 0], Numbers(batch.TokenImages));

        // Two slots an image; the second image's second one is empty.
        Assert.Equal([0, 2, 1], Numbers(batch.Steps[0].Slots));
        Assert.Equal([0, 2, 1, 0], Numbers(batch.Steps[0].RowOfSlot));
        Assert.Equal([0], Numbers(batch.Steps[3].Slots));
    }

    [Fact]
    public void Create_CaptionCutOff_NoEndIsTaught()
    {
        CaptionBatch batch = CaptionBatch.Create([[[10, 11, 12]], [[20, 2], [2]]], bos: 1, torch.CPU);

        Assert.Equal([1, 1, 1, 10, 20, 11], Numbers(batch.Inputs));
        Assert.Equal([10, 20, 2, 11, 2, 12], Numbers(batch.Targets));
        Assert.Equal([3, 2, 1], batch.Steps.Select(step => step.Rows));
    }

    [Fact]
    public void ForTokens_NumberOfEachCaption_AtEachOfItsTokens()
    {
        CaptionBatch batch = CaptionBatch.Create([[[10, 11, 12]], [[20, 2], [2]]], bos: 1, torch.CPU);

        using torch.Tensor numbers = batch.ForTokens((image, caption) => (10 * image) + caption);

        Assert.Equal([0f, 10, 11, 0, 10, 0], numbers.data<float>().ToArray());
    }

    [Fact]
    public void Order_LongestCaptionFirst()
    {
        Assert.Equal([1, 0, 2], CaptionBatch.Order([[[1, 2]], [[1], [1, 2, 3]], [[1]]]));
    }

    private static long[] Numbers(torch.Tensor tensor) => tensor.data<long>().ToArray();
}
