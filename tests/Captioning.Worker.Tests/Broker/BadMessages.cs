using System.Text;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

/// <summary>What an operator finds in an error queue.</summary>
internal static class BadMessages
{
    /// <summary>Why a message is there.</summary>
    public static string Reason(BasicGetResult message) =>
        message.BasicProperties.Headers?["MT-Fault-Message"] is byte[] text ? Encoding.UTF8.GetString(text) : string.Empty;
}
