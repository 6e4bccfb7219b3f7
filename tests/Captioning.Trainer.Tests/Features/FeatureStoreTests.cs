using Captioning.Trainer.Features;

namespace Captioning.Trainer.Tests.Features;

public sealed class FeatureStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_Reopened_FoundAndVerified()
    {
        using (FeatureStore store = Open())
        {
            store.Add([1, 2], Numbers(10, 11, 12, 20, 21, 22));
            store.Add([3], Numbers(30, 31, 32));
        }

        using FeatureStore again = Open();
        again.Map();

        Assert.Equal(3, again.Count);
        Assert.Equal(-1, again.Find(4));
        Assert.Equal(Numbers(20, 21, 22), again[again.Find(2)].ToArray());
        Assert.Equal(Numbers(30, 31, 32), again[again.Find(3)].ToArray());
        Assert.All(new UInt128[] { 1, 2, 3 }, key => Assert.True(again.Verify(key)));
    }

    [Fact]
    public void Verify_DamagedRecord_NotFoundAnyMoreUntilAddedAnew()
    {
        using (FeatureStore store = Open())
        {
            store.Add([1, 2], Numbers(10, 11, 12, 20, 21, 22));
        }

        byte[] records = File.ReadAllBytes(_folder["features.f16"]);
        records[7] ^= 1;
        File.WriteAllBytes(_folder["features.f16"], records);

        using FeatureStore again = Open();
        again.Map();
        Assert.True(again.Verify(1));
        Assert.False(again.Verify(2));
        Assert.Equal(-1, again.Find(2));
        again.Add([2], Numbers(20, 21, 22));
        again.Map();
        Assert.True(again.Verify(2));
        Assert.Equal(Numbers(20, 21, 22), again[again.Find(2)].ToArray());
    }

    [Theory]
    [InlineData("features.index", 5, 1)]
    [InlineData("features.f16", 1, 1)]
    [InlineData("features.f16", 7, 0)]
    public void Open_AfterAKillInMidWrite_WholeRecordsRemain(string file, int lost, int left)
    {
        using (FeatureStore store = Open())
        {
            store.Add([1, 2], Numbers(10, 11, 12, 20, 21, 22));
        }

        using (FileStream stream = File.OpenWrite(_folder[file]))
        {
            stream.SetLength(stream.Length - lost);
        }

        using FeatureStore again = Open();
        Assert.Equal(left, again.Count);
        again.Add([9], Numbers(90, 91, 92));
        again.Map();
        Assert.True(again.Verify(9));
        Assert.Equal(Numbers(90, 91, 92), again[again.Find(9)].ToArray());
    }

    [Fact]
    public async Task Open_WhileAnotherAdds_WaitsAndFindsWhatWasAdded()
    {
        using FeatureStore first = Open();
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<FeatureStore> second = Task.Run(() => FeatureStore.Open(_folder.Path, 3, waits.SetResult, CancellationToken.None));

        await waits.Task;
        Assert.False(second.IsCompleted);
        first.Add([1], Numbers(10, 11, 12));
        first.Map();
        first.Unlock();

        using FeatureStore store = await second;
        store.Map();
        store.Add([2], Numbers(20, 21, 22));
        Assert.Equal(Numbers(10, 11, 12), store[store.Find(1)].ToArray());
        Assert.Equal(Numbers(10, 11, 12), first[first.Find(1)].ToArray());
    }

    [Fact]
    public void Open_CancelledWhileAnotherAdds_Ends()
    {
        using FeatureStore first = Open();
        using CancellationTokenSource cancellation = new();

        Assert.Throws<OperationCanceledException>(() => FeatureStore.Open(_folder.Path, 3, cancellation.Cancel, cancellation.Token));
    }

    [Fact]
    public void Open_FolderThatIsAFile_Refused()
    {
        File.WriteAllText(_folder["file"], "");

        FeatureException e = Assert.Throws<FeatureException>(() => FeatureStore.Open(_folder["file"], 3, () => Assert.Fail("Nothing is to wait for."), CancellationToken.None));

        Assert.Contains(_folder["file"], e.Message, StringComparison.Ordinal);
    }

    private static Half[] Numbers(params int[] numbers) => Array.ConvertAll(numbers, number => (Half)number);

    private FeatureStore Open() => FeatureStore.Open(_folder.Path, 3, () => Assert.Fail("Nothing is to wait for."), CancellationToken.None);
}
