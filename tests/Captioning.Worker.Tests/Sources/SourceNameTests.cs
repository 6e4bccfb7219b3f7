using Captioning.Worker.Sources;

namespace Captioning.Worker.Tests.Sources;

public sealed class SourceNameTests
{
    [Theory]
    [InlineData("https://user:secret@host:8443/a%20b.jpg?X-Amz-Signature=secret#secret", "https://host:8443/a%20b.jpg")]
    [InlineData("http://host/@user/a.jpg", "http://host/@user/a.jpg")]
    [InlineData("http://user:sec/ret@host/a.jpg", "http:…")]
    [InlineData("http://[secret", "http:…")]
    [InlineData("ftp://user:secret@host/a.jpg", "ftp://host/a.jpg")]
    [InlineData("data:image/png;base64,secret", "data:image/png;base64,…")]
    [InlineData("data:secret", "data:,…")]
    [InlineData("s3://bucket/a?b#c@d.jpg", "s3://bucket/a?b#c@d.jpg")]
    [InlineData("file:///a\nb", "file:///a\uFFFDb")]
    [InlineData("a.jpg", "a.jpg")]
    [InlineData("", "")]
    public void Of_Uri_HasNoSecrets(string uri, string name) => Assert.Equal(name, SourceName.Of(uri));

    [Fact]
    public void Of_LongUri_IsCut() => Assert.Equal(257, SourceName.Of("file:///" + new string('a', 10_000)).Length);
}
