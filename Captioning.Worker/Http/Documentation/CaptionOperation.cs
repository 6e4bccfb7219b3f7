using System.Net.Mime;
using Captioning.Worker.Http.Captions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Captioning.Worker.Http.Documentation;

/// <summary>
/// Describes the bodies of <c>POST /v1/captions</c>, and the options that stand in a form or in the query. Routing would refuse all bodies but
/// those of the endpoint's own metadata, and say less about it.
/// </summary>
internal sealed class CaptionOperation : IOpenApiOperationTransformer
{
    /// <summary>The operation's id.</summary>
    public const string Id = "caption";

    private static readonly (string Name, JsonSchemaType Type, string Description)[] Options =
    [
        ("requestId", JsonSchemaType.String, "The client's own name for the request, up to 200 characters, where there is one image. The same name gets the same answer again."),
        ("candidates", JsonSchemaType.Integer, "How many captions to return, best first: 1 to 20. 1 by default."),
        ("beam", JsonSchemaType.Integer, "The beam search's width, 1 (greedy search) to 20; the model's own by default."),
        ("model", JsonSchemaType.String, "The id of the model; whichever the worker serves by default."),
        ("attention", JsonSchemaType.Boolean, "Whether to tell where the model looked for each word."),
        ("speak", JsonSchemaType.Boolean, "Whether to speak the caption before it is answered."),
        ("voice", JsonSchemaType.String, "The id of the voice; the worker's own choice by default."),
        ("speed", JsonSchemaType.Number, "How fast to speak, 0.25 to 4. 1 by default."),
        ("deadline", JsonSchemaType.String, "When the answer is of no use any more, as an ISO 8601 time with its offset."),
        ("tags", JsonSchemaType.String, "A word that the client already has for the image; echoed. Can be repeated."),
    ];

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.OperationId != Id)
        {
            return;
        }

        operation.Parameters ??= [];
        foreach ((string name, JsonSchemaType type, string description) in Options)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = description,
                Schema = new OpenApiSchema { Type = type },
            });
        }

        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "Prefer",
            In = ParameterLocation.Header,
            Description = $"{CaptionEndpoint.RespondAsync}: answer 202 at once, with the paths to ask for the captions at.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [MediaTypeNames.Application.Json] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(CaptionRequest), cancellationToken: cancellationToken) },
                [MediaTypeNames.Multipart.FormData] = new() { Schema = Form() },
                ["image/*"] = new() { Schema = Binary() },
                [MediaTypeNames.Application.Octet] = new() { Schema = Binary() },
            },
        };
        AddList(operation.Responses!["200"]);
        AddList(operation.Responses!["202"]);
    }

    /// <summary>Several images are answered with a list of what one is answered with.</summary>
    private static void AddList(IOpenApiResponse response)
    {
        OpenApiMediaType json = response.Content![MediaTypeNames.Application.Json];
        IOpenApiSchema one = json.Schema!;
        OpenApiSchema list = new()
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["results"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = one },
            },
        };
        json.Schema = new OpenApiSchema { OneOf = [one, list] };
    }

    private static OpenApiSchema Form()
    {
        Dictionary<string, IOpenApiSchema> fields = Options.ToDictionary(
            option => option.Name,
            option => (IOpenApiSchema)new OpenApiSchema { Type = option.Type, Description = option.Description },
            StringComparer.Ordinal);
        fields["image"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = Binary(),
            Description = "A photo. Can be repeated; options come before the second.",
        };
        fields["url"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchema { Type = JsonSchemaType.String },
            Description = "The URL of a photo. Can be repeated.",
        };
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = fields };
    }

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
