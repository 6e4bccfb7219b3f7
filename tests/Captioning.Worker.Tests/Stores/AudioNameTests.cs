using System.Text.RegularExpressions;
using Captioning.Worker.Stores;

namespace Captioning.Worker.Tests.Stores;

public sealed class AudioNameTests
{
    private static readonly Regex Safe = new(@"^[0-9a-f]{2}/[A-Za-z0-9_-]{0,41}[0-9a-f]{64}\.wav\z", RegexOptions.NonBacktracking);

    [Theory]
    [InlineData("beach day 7")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\windows")]
    [InlineData("C:\\a")]
    [InlineData("a\0b\r\nc")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("CON")]
    [InlineData("写真")]
    [InlineData("\uD800")]
    [InlineData("%2e%2e%2f")]
    [InlineData("-rf *")]
    public void Of_RequestId_IsASafeRelativePath(string id)
    {
        string name = AudioName.Of(id, "A dog.", "joe", 1);

        Assert.Matches(Safe, name);
        Assert.Equal(name, AudioName.Of(id, "A dog.", "joe", 1));
        Assert.Matches(Safe, AudioName.Of(string.Concat(Enumerable.Repeat(id, 1000)), "A dog.", "joe", 1));
    }

    [Fact]
    public void Of_ReadableId_LeadsTheName() => Assert.StartsWith("beach-day_7-", AudioName.Of("beach  day_7!", "A dog.", "joe", 1).Split('/')[1], StringComparison.Ordinal);

    [Fact]
    public void Of_DifferentContent_Differs()
    {
        string[] names =
        [
            AudioName.Of("a", "b", "c", 1), AudioName.Of("a", "bc", "", 1), AudioName.Of("ab", "", "c", 1), AudioName.Of("", "ab", "c", 1), AudioName.Of("a", "b", "d", 1),
            AudioName.Of("\uD800", "b", "c", 1), AudioName.Of("\uD801", "b", "c", 1), AudioName.Of("A", "b", "c", 1), AudioName.Of("a", "b", "c", 1.25),
        ];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
