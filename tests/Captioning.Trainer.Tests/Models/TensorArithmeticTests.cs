using Captioning.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Models;

/// <summary>
/// Numbers outlive the operations that read them. With TorchSharp's own sums these loops end in an error of torch, mostly within some
/// ten thousand rounds. Nothing else runs meanwhile, for other tests use those.
/// </summary>
[Collection(nameof(TensorArithmeticTests))]
[CollectionDefinition(nameof(TensorArithmeticTests), DisableParallelization = true)]
public sealed class TensorArithmeticTests : IDisposable
{
    private const int Rounds = 200_000;

    private readonly CancellationTokenSource _done = new();
    private readonly Task _collecting;

    public TensorArithmeticTests() => _collecting = Task.Run(() =>
    {
        while (!_done.IsCancellationRequested)
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }
    });

    [Fact]
    public void Plus_WhileGarbageIsCollected_IsTheSum() => Repeat(a => a.Plus(a), 3);

    [Fact]
    public void AddInPlace_WhileGarbageIsCollected_IsTheSum() => Repeat(a => a.clone().AddInPlace(a), 3);

    public void Dispose()
    {
        _done.Cancel();
        _collecting.Wait();
        _done.Dispose();
    }

    private static void Repeat(Func<Tensor, Tensor> sum, double expected)
    {
        using Tensor operand = full([64], 1.5, ScalarType.BFloat16);
        for (int i = 0; i < Rounds; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor result = sum(operand);
            if (i % 100 == 0)
            {
                Assert.Equal(expected, result.max().ToNumber());
            }
        }
    }
}
