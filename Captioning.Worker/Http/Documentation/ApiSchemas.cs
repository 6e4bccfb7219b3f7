using System.Text.Json.Nodes;
using Captioning.Contracts;
using Captioning.Worker.Http.Captions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Captioning.Worker.Http.Documentation;

/// <summary>Describes what does not follow from the types: <see cref="SpeakRequestConverter"/>, and what <see cref="Problems"/> adds.</summary>
internal sealed class ApiSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(SpeakRequest))
        {
            schema.OneOf = [new OpenApiSchema { Type = JsonSchemaType.Boolean }, Speak()];
        }
        else if (context.JsonTypeInfo.Type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            schema.Properties["reason"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. Enum.GetNames<FailureReason>().Select(name => JsonValue.Create(name))],
                Description = "The kind of failure, as in messages.",
            };
            schema.Properties["retryable"] = Property(JsonSchemaType.Boolean, "Whether the same request may succeed later.");
            schema.Properties["requestId"] = Property(JsonSchemaType.String, "The request's id, where it has one.");
            schema.Properties["index"] = Property(JsonSchemaType.Integer, "The image's place in the request, from 0.");
            schema.Properties["name"] = Property(JsonSchemaType.String, "The image's file name or URL.");
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema Speak() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["voice"] = Property(JsonSchemaType.String, "The id of the voice."),
            ["speed"] = Property(JsonSchemaType.Number, "How fast to speak, 0.25 to 4."),
        },
    };

    private static OpenApiSchema Property(JsonSchemaType type, string description) => new() { Type = type, Description = description };
}
