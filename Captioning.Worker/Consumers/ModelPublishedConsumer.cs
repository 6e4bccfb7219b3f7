using Captioning.Contracts;
using Captioning.Worker.Hosting;
using MassTransit;

namespace Captioning.Worker.Consumers;

/// <summary>Looks for a new model as soon as there is one.</summary>
internal sealed class ModelPublishedConsumer(ModelWatcher watcher) : IConsumer<ModelPublished>
{
    public Task Consume(ConsumeContext<ModelPublished> context)
    {
        watcher.Look();
        return Task.CompletedTask;
    }
}
