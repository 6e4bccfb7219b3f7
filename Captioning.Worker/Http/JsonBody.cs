using System.Text.Json;
using Captioning.Contracts;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Requests;
using Captioning.Worker.Sources;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http;

/// <summary>Reads JSON bodies.</summary>
internal static class JsonBody
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="RequestFailedException">It is no JSON, or not what is asked for; the message says where.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, CancellationToken cancellationToken)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new RequestFailedException(
                FailureReason.Unsupported, $"The body's Content-Type is '{SourceName.Printable(http.Request.ContentType ?? string.Empty)}'; it must be application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, HttpJson.Options, cancellationToken)
                ?? throw CaptionRequest.Wrong("its JSON is null");
        }
        catch (JsonException e)
        {
            throw new RequestFailedException(FailureReason.InvalidRequest, $"The request is wrong: {Describe(e)}.", retryable: false, e);
        }
    }

    // The exception's own message names types of the program.
    private static string Describe(JsonException e) => e.Path is null or "$"
        ? $"its JSON cannot be read, or lacks a member (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})"
        : $"its JSON has a member that there is not, or of the wrong type, at {SourceName.Printable(e.Path)} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
}
