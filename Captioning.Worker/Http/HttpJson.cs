using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Captioning.Worker.Http;

/// <summary>How JSON is written and read over HTTP.</summary>
internal static class HttpJson
{
    public const string NdjsonType = "application/x-ndjson";

    public const string ProblemType = "application/problem+json";

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

        // Captions stay readable: browsers are told that it is JSON, and not to guess.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

        options.NumberHandling = JsonNumberHandling.Strict;
        return options;
    }
}
