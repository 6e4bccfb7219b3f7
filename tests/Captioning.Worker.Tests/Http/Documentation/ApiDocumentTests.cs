using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Captioning.Worker.Tests.Http.Documentation;

[Collection(HttpGroup.Name)]
public sealed class ApiDocumentTests(HttpFixture http)
{
    [Fact]
    public async Task Document_Read_IsRightAndWhole()
    {
        ReadResult read = OpenApiDocument.Parse(await http.Api.Client.GetStringAsync("/openapi/v1.json"), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        string[] routes =
        [
            .. http.Api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Select(endpoint => $"/{endpoint.RoutePattern.RawText!.Trim('/')}")
                .Where(route => route.StartsWith("/v1/", StringComparison.Ordinal))
                .Distinct().Order(StringComparer.Ordinal),
        ];
        Assert.Equal(12, routes.Length);
        Assert.Equal(routes, read.Document!.Paths.Keys.Order(StringComparer.Ordinal));
        OpenApiOperation[] operations = [.. read.Document.Paths.Values.SelectMany(path => path.Operations!.Values)];
        Assert.Equal(operations.Length, operations.Select(operation => operation.OperationId).Distinct().Count());
        Assert.All(operations, operation => Assert.NotEmpty(operation.Summary!));
        OpenApiOperation caption = Assert.Single(operations, operation => operation.OperationId == "caption");
        Assert.Equal(
            ["application/json", "application/octet-stream", "image/*", "multipart/form-data"],
            caption.RequestBody!.Content!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["application/json", "application/x-ndjson"], caption.Responses!["200"].Content!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Page_AllOfIt_ComesFromTheWorker()
    {
        using HttpResponseMessage response = await http.Api.Client.GetAsync("/api");
        string page = await response.Content.ReadAsStringAsync();
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        string[] nonces = [.. Regex.Matches(page, "nonce=\"(?<nonce>[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(10)).Select(match => match.Groups["nonce"].Value)];
        Assert.Equal(Regex.Count(page, "<script", RegexOptions.None, TimeSpan.FromSeconds(10)), nonces.Length);
        Assert.Contains($"script-src 'self' 'nonce-{Assert.Single(nonces.Distinct())}'", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        foreach (string script in new[] { "scalar.js", "scalar.aspnetcore.js" })
        {
            using HttpResponseMessage file = await http.Api.Client.GetAsync($"/api/{script}");
            Assert.Equal((HttpStatusCode.OK, "text/javascript"), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
        }
    }
}
