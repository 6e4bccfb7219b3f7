using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;

namespace Captioning.Worker.Messaging;

/// <summary>Writes messages as JSON and nothing else: no envelope, no headers of .NET's.</summary>
internal sealed class PlainJsonSerializer : IMessageSerializer
{
    /// <summary>What is not there is left out, and captions stay readable: the JSON never goes into HTML.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public ContentType ContentType { get; } = new(MediaTypeNames.Application.Json);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new BytesMessageBody(JsonSerializer.SerializeToUtf8Bytes(context.Message, Options));
}
