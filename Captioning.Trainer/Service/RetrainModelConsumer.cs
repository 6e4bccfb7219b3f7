using Captioning.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Captioning.Trainer.Service;

/// <summary>Takes commands to train and to end a training.</summary>
internal sealed partial class RetrainModelConsumer(TrainingLoop loop, ILogger<RetrainModelConsumer> logger) : IConsumer<RetrainModel>, IConsumer<CancelTraining>
{
    private const int MaxIdLength = 200;

    public Task Consume(ConsumeContext<RetrainModel> context)
    {
        if (context.Message.TrainingId is not { Length: >= 1 and <= MaxIdLength } id)
        {
            throw new InvalidCommandException($"The trainingId must have 1 to {MaxIdLength} characters.");
        }

        if (!loop.Add(id, context.Message.Reason))
        {
            Log.Known(logger, id);
        }

        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<CancelTraining> context)
    {
        if (context.Message.TrainingId is not { Length: > 0 } id)
        {
            throw new InvalidCommandException("The trainingId is empty.");
        }

        if (!loop.Cancel(id))
        {
            Log.Unknown(logger, id);
        }

        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Training {TrainingId} was asked for again")]
        public static partial void Known(ILogger logger, string trainingId);

        [LoggerMessage(2, LogLevel.Warning, "Training {TrainingId} is to be cancelled, but neither waits nor runs")]
        public static partial void Unknown(ILogger logger, string trainingId);
    }
}
