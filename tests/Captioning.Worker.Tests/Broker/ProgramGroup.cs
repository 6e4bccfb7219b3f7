namespace Captioning.Worker.Tests.Broker;

/// <summary>The tests that share a broker and start programs of their own on it run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ProgramGroup : ICollectionFixture<ProgramFixture>
{
    public const string Name = "programs";
}
