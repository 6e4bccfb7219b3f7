namespace Captioning.Browser.Tests;

/// <summary>The tests share a service and its browsers, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserGroup : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
