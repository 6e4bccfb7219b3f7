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

        Assert.Equal([2, 2, 2, 1], batch.Running);
        Assert.Equal([4, 2, 2], batch.Inputs.shape);
        long[] inputs = batch.Inputs.data<long>().ToArray();
        long[] positions = batch.Positions.data<long>().ToArray();
        long[] targets = batch.Targets.data<long>().ToArray();

        // Rows of all steps: images that go on, two captions each.
        Assert.Equal([0, 1, 2, 4, 5, 6, 8, 10, 12], positions);
        Assert.Equal([10, 20, 30, 11, 2, 31, 12, 2, 2], targets);
        Assert.Equal([1, 1, 1, 0, 10, 20, 30, 0, 11, 0, 31, 0, 12, 0, 0, 0], inputs);
    }

    [Fact]
    public void Order_LongestCaptionFirst()
    {
        Assert.Equal([1, 0, 2], CaptionBatch.Order([[[1, 2]], [[1], [1, 2, 3]], [[1]]]));
    }
}
