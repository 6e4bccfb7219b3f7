using Captioning.Worker.Http;
using Microsoft.Extensions.Time.Testing;

namespace Captioning.Worker.Tests.Http;

public sealed class RecentItemsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecentItems<string> _items;

    public RecentItemsTests() => _items = new RecentItems<string>(10, TimeSpan.FromMinutes(1), _time);

    [Fact]
    public void Keep_MoreThanFits_ForgetsWhatWasUsedTheLongestAgo()
    {
        _items.Keep("a", "A", 4);
        _items.Keep("b", "B", 4);
        Assert.Equal("A", _items.Find("a"));

        _items.Keep("c", "C", 4);

        Assert.Equal(("A", null, "C"), (_items.Find("a"), _items.Find("b"), _items.Find("c")));
    }

    [Fact]
    public void Keep_SameName_ReplacesAndTakesItsRoom()
    {
        _items.Keep("a", "A", 8);
        _items.Keep("a", "AA", 6);
        _items.Keep("b", "B", 4);

        Assert.Equal(("AA", "B"), (_items.Find("a"), _items.Find("b")));
    }

    [Fact]
    public void Keep_LargerThanAllRoom_KeepsTheOthers()
    {
        _items.Keep("a", "A", 10);
        _items.Keep("b", "B", 11);

        Assert.Equal(("A", null), (_items.Find("a"), _items.Find("b")));
    }

    [Fact]
    public void Find_AfterItsLifetime_IsForgottenHoweverOftenItWasUsed()
    {
        _items.Keep("a", "A", 10);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("A", _items.Find("a"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(_items.Find("a"));
        _items.Keep("b", "B", 10);
        Assert.Equal("B", _items.Find("b"));
    }
}
