using Serilog.Core;
using Serilog.Events;

namespace Captioning.Worker.Telemetry;

/// <summary>Tells at the end of a line of text which request and trace it is about, where it is about one.</summary>
internal sealed class RequestSuffix : ILogEventEnricher
{
    public const string PropertyName = "RequestSuffix";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (logEvent.Properties.GetValueOrDefault("RequestId") is ScalarValue { Value: string request })
        {
            string trace = logEvent.TraceId is { } id ? $", trace {id}" : string.Empty;
            logEvent.AddPropertyIfAbsent(new LogEventProperty(PropertyName, new ScalarValue($" (request {request}{trace})")));
        }
    }
}
