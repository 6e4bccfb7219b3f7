using Captioning.Contracts;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Messaging;

/// <summary>Publishes answers as events, and sends them to whoever asked with a request client.</summary>
internal sealed class EnvelopeReply : IReply
{
    public static EnvelopeReply Instance { get; } = new();

    public Task SendAsync(ConsumeContext context, Answer answer) => answer switch
    {
        { Captioned: { } captioned } => SendAsync(context, captioned),
        { Failed: { } failed } => SendAsync(context, failed),
        _ => throw new ArgumentException("An answer is a caption or a failure.", nameof(answer)),
    };

    public Task SendAsync(ConsumeContext context, SpeechSynthesized speech) => context.Publish(speech, context.CancellationToken);

    private static async Task SendAsync<T>(ConsumeContext context, T message)
        where T : class
    {
        // Without an address, responding is publishing.
        if (context.ResponseAddress is not null)
        {
            await context.RespondAsync(message);
        }

        await context.Publish(message, context.CancellationToken);
    }
}
