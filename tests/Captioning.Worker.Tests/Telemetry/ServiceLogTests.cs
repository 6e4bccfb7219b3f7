using System.Diagnostics;
using System.Text.Json.Nodes;
using Captioning.Worker.Cli;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Captioning.Worker.Tests.Telemetry;

public sealed class ServiceLogTests
{
    [Theory]
    [InlineData(null, null, "Text")]
    [InlineData(null, "true", "Json")]
    [InlineData("text", "true", "Text")]
    [InlineData("JSON", null, "Json")]
    public void Format_OfSettings_IsJsonInContainers(string? format, string? container, string expected) =>
        Assert.Equal(expected, LogFormats.Read(Settings(format, container)).ToString());

    [Fact]
    public void Format_Unknown_SaysWhatIsKnown()
    {
        UsageException e = Assert.Throws<UsageException>(() => LogFormats.Read(Settings("xml", container: null)));

        Assert.Equal("Logging:Format is 'xml'; it must be 'text' or 'json'.", e.Message);
    }

    [Fact]
    public void Json_OfAMessageAboutARequest_HoldsRequestAndTrace()
    {
        using StringWriter output = new();
        using Activity activity = new Activity("request").Start();

        Write(LogFormat.Json, output);

        JsonNode line = JsonNode.Parse(output.ToString())!;
        Assert.Equal("r1", (string?)line["RequestId"]);
        Assert.Equal(7, (int?)line["Count"]);
        Assert.Equal("Took 7", (string?)line["@m"]);
        Assert.Equal(activity.TraceId.ToString(), (string?)line["@tr"]);
    }

    [Fact]
    public void Text_OfAMessageAboutARequest_EndsInRequestAndTrace()
    {
        using StringWriter output = new();
        using Activity activity = new Activity("request").Start();

        Write(LogFormat.Text, output);

        Assert.EndsWith($" information Took 7 (request r1, trace {activity.TraceId})", output.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    private static void Write(LogFormat format, TextWriter output)
    {
        using Logger log = ServiceLog.Create(LogEventLevel.Information, format, (sinks, formatter) => sinks.Sink(new TextSink(formatter, output)));
        using SerilogLoggerProvider provider = new(log);
        ILogger logger = provider.CreateLogger("test");
        using IDisposable? scope = LoggerMessage.DefineScope<string>("Request {RequestId}")(logger, "r1");
        LoggerMessage.Define<int>(LogLevel.Information, new EventId(1), "Took {Count}")(logger, 7, null);
    }

    private static IConfiguration Settings(string? format, string? container) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Logging:Format"] = format, ["DOTNET_RUNNING_IN_CONTAINER"] = container })
        .Build();

    private sealed class TextSink(ITextFormatter formatter, TextWriter output) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => formatter.Format(logEvent, output);
    }
}
