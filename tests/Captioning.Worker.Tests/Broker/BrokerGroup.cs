namespace Captioning.Worker.Tests.Broker;

/// <summary>The tests that share a broker and a service run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerGroup : ICollectionFixture<RabbitMqFixture>
{
    public const string Name = "broker";
}
