using Captioning.Contracts;
using Captioning.Inference.Images;
using Captioning.Trainer.Data;
using Captioning.Trainer.Feedback;
using Captioning.Trainer.Tests.Service;

namespace Captioning.Trainer.Tests.Feedback;

public sealed class FeedbackStoreTests : IDisposable
{
    private const double HeldOut = 0.2;

    private readonly TemporaryFolder _folder = new();
    private readonly FeedbackStore _store;

    public FeedbackStoreTests() => _store = FeedbackStore.Open(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_SameIdTwice_OneItemAndTheFirstStays()
    {
        Assert.True(_store.Add(Say("a", "a red shape"), Pictures.Of("red", "blue"), HeldOut));
        Assert.False(_store.Add(Say("a", "something else"), Pictures.Of("red", "green"), HeldOut));

        Assert.Equal("a red shape", Assert.Single(_store.List()).Caption);
    }

    [Fact]
    public void Add_SameImageTwice_OneFileWithBothCaptions()
    {
        _store.Add(Say("a", "a red shape"), Pictures.Of("red", "blue"), HeldOut);
        _store.Add(Say("b", " a blue shape "), Pictures.Of("red", "blue"), HeldOut);
        _store.Add(Say("c", "a blue shape"), Pictures.Of("red", "blue"), HeldOut);

        DatasetImage image = Assert.Single(_store.Images());
        Assert.Equal(["a red shape", "a blue shape"], image.Captions);
        Assert.Equal(Pictures.Of("red", "blue"), File.ReadAllBytes(Path.Combine(_store.Folder, image.Name)));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "images"), "*", SearchOption.AllDirectories));
        Assert.Equal(1, _store.CountImages());
    }

    [Fact]
    public void Add_Verdicts_RightTeachesTheJudgedCaptionAndWrongNothing()
    {
        CaptionFeedback verdict = Say("a", null) with { Verdict = FeedbackVerdict.Right, Judged = "a dog" };
        _store.Add(verdict, Pictures.Of("red", "blue"), HeldOut);
        _store.Add(verdict with { FeedbackId = "b", Verdict = FeedbackVerdict.Wrong }, Pictures.Of("red", "green"), HeldOut);
        _store.Add(verdict with { FeedbackId = "c", Caption = "two dogs" }, Pictures.Of("green", "blue"), HeldOut);

        Assert.Equal(["a dog", "two dogs"], _store.Images().SelectMany(image => image.Captions));
        Assert.Equal(3, _store.List().Count);
        Assert.Equal(2, _store.CountAfter(0));
    }

    [Fact]
    public void Open_Again_AllIsThere()
    {
        CaptionFeedback said = Say("a", "a red shape") with { Model = new ModelReference("m", "1"), Metadata = new Dictionary<string, string> { ["who"] = "me" } };
        _store.Add(said, Pictures.Of("red", "blue"), HeldOut);

        FeedbackStore again = FeedbackStore.Open(_folder.Path, TimeProvider.System);

        Assert.Equal(_store.List(), again.List());
        Assert.Equal(said.Time, again.List()[0].Time);
        Assert.False(again.Add(said, Pictures.Of("red", "blue"), HeldOut));
    }

    [Fact]
    public void Add_ManyImages_TheShareIsHeldOutAndEachImageStaysWhereItIs()
    {
        for (int i = 0; i < 100; i++)
        {
            _store.Add(Say($"{i}", "a red shape"), Pictures.Of("red", "blue", i), HeldOut);
        }

        string[] splits = [.. _store.Images().Select(image => image.Split!)];
        Assert.InRange(splits.Count(split => split == FeedbackSplit.HeldOut), 8, 34);
        Assert.Equal(100, splits.Count(split => split is FeedbackSplit.HeldOut or FeedbackSplit.Train));

        _store.Add(Say("more", "another"), Pictures.Of("red", "blue", 0), heldOut: splits[0] == FeedbackSplit.Train ? 0.999 : 0.001);
        Assert.Equal(splits, _store.Images().Select(image => image.Split));
    }

    [Fact]
    public void Images_UpToANumber_LaterFeedbackIsLeftOut()
    {
        _store.Add(Say("a", "a red shape"), Pictures.Of("red", "blue"), HeldOut);
        long last = _store.Last();
        _store.Add(Say("b", "a blue shape"), Pictures.Of("red", "blue"), HeldOut);

        Assert.Equal(["a red shape"], Assert.Single(_store.Images(last)).Captions);
        Assert.Equal(1, _store.CountAfter(last));
    }

    [Fact]
    public void Dataset_OfTheStore_IsReadAsAnyOther()
    {
        _store.Add(Say("a", "a red shape"), Pictures.Of("red", "blue"), HeldOut);

        CaptionDataset dataset = CaptionDataset.Load(_folder.Path);

        Assert.Equal(["a red shape"], Assert.Single(dataset.Select(dataset.Images[0].Split!).Images).Captions);
    }

    [Fact]
    public void Add_NoImage_Refused()
    {
        Assert.Throws<ImageRejectedException>(() => _store.Add(Say("a", "a red shape"), "no picture"u8.ToArray(), HeldOut));
        Assert.Empty(_store.List());
    }

    [Theory]
    [InlineData("", "a dog", null, null, "feedbackId")]
    [InlineData("a", " . ", null, null, "caption is empty")]
    [InlineData("a", null, null, null, "neither caption nor verdict")]
    [InlineData("a", null, FeedbackVerdict.Wrong, null, "which caption the verdict is about")]
    [InlineData("a", null, FeedbackVerdict.Right, "", "caption that it judges is empty")]
    [InlineData("a", null, (FeedbackVerdict)7, "a dog", "verdict is 7")]
    public void Add_WrongFeedback_RefusedWithTheReason(string id, string? caption, FeedbackVerdict? verdict, string? judged, string reason)
    {
        CaptionFeedback feedback = Say(id, caption) with { Verdict = verdict, Judged = judged };

        FeedbackException e = Assert.Throws<FeedbackException>(() => _store.Add(feedback, Pictures.Of("red", "blue"), HeldOut));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static CaptionFeedback Say(string id, string? caption) => new() { FeedbackId = id, Image = "data:", Caption = caption, Time = TimeProvider.System.GetUtcNow() };
}
