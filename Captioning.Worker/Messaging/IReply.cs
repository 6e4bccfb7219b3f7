using Captioning.Contracts;
using Captioning.Worker.Requests;
using MassTransit;

namespace Captioning.Worker.Messaging;

/// <summary>Sends answers to those who want them.</summary>
internal interface IReply
{
    /// <summary>Sends the answer to a request.</summary>
    public Task SendAsync(ConsumeContext context, Answer answer);

    /// <summary>Sends speech that follows an answer.</summary>
    public Task SendAsync(ConsumeContext context, SpeechSynthesized speech);
}
