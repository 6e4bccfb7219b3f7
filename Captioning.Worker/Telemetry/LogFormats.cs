using Captioning.Worker.Cli;
using Microsoft.Extensions.Configuration;

namespace Captioning.Worker.Telemetry;

/// <summary>Reads the setting of the log's format.</summary>
internal static class LogFormats
{
    public const string Key = "Logging:Format";

    /// <summary>What the setting says; without it, JSON in a container.</summary>
    /// <exception cref="UsageException">It says neither.</exception>
    public static LogFormat Read(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => configuration.GetValue("DOTNET_RUNNING_IN_CONTAINER", defaultValue: false) ? LogFormat.Json : LogFormat.Text,
        { } format when format.Equals("json", StringComparison.OrdinalIgnoreCase) => LogFormat.Json,
        { } format when format.Equals("text", StringComparison.OrdinalIgnoreCase) => LogFormat.Text,
        { } format => throw new UsageException($"{Key} is '{format}'; it must be 'text' or 'json'."),
    };
}
