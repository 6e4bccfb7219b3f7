using Captioning.Worker.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Captioning.Worker.Http.Documentation;

/// <summary>The OpenAPI document of the API, and the page that shows it.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const string Path = "/openapi/v1.json";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, document =>
    {
        document.AddDocumentTransformer(DescribeAsync);
        document.AddOperationTransformer<CaptionOperation>();
        document.AddSchemaTransformer<ApiSchemas>();
    });

    public static void MapApiDocument(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi(Path);

        // Nothing comes from elsewhere, and nothing goes there.
        endpoints.MapScalarApiReference("/api", page => page
            .WithTitle("Captioning API")
            .WithOpenApiRoutePattern(Path)
            .WithNonce()
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools());
    }

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Captioning",
            Version = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
            Description = "Photographs to sentences to speech. Errors are problem details (RFC 9457) with the extensions `reason` and `retryable`.",
        };

        // Wherever the document was fetched from.
        document.Servers = [new OpenApiServer { Url = "/" }];
        if (context.ApplicationServices.GetRequiredService<ApiKeys>().AreNeeded)
        {
            AddKeys(document);
        }

        return Task.CompletedTask;
    }

    private static void AddKeys(OpenApiDocument document)
    {
        const string Bearer = "bearer";
        const string Header = "header";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer },
            [Header] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = ApiKeyCheck.KeyHeader },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Header, document)] = [] },
        ];
    }
}
