namespace Captioning.Worker.Tests.Http;

/// <summary>The tests that share a service run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class HttpGroup : ICollectionFixture<HttpFixture>
{
    public const string Name = "http";
}
