using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace Captioning.Worker.Telemetry;

/// <summary>The log of the service, on standard error: warnings of the frameworks, and what the service itself does.</summary>
internal static class ServiceLog
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:w} {Message:lj}{" + RequestSuffix.PropertyName + "}{NewLine}{Exception}";

    public static ILoggingBuilder AddServiceLog(this ILoggingBuilder logging, LogEventLevel level)
    {
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.Services.AddSingleton<ILoggerProvider>(provider =>
            new SerilogLoggerProvider(
                Create(
                    level,
                    LogFormats.Read(provider.GetRequiredService<IConfiguration>()),
                    (sinks, formatter) => sinks.Console(formatter, standardErrorFromLevel: LogEventLevel.Verbose)),
                dispose: true));
        return logging;
    }

    /// <param name="level">The least level; what is below Information only where it is asked for.</param>
    /// <param name="format">The format.</param>
    /// <param name="writeTo">Adds the sink.</param>
    public static Logger Create(LogEventLevel level, LogFormat format, Func<LoggerSinkConfiguration, ITextFormatter, LoggerConfiguration> writeTo)
    {
        LoggerConfiguration log = new LoggerConfiguration()
            .MinimumLevel.Is(level < LogEventLevel.Information ? level : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)

            // An error for each check of each probe, while the model is being loaded; the probe is told anyway.
            .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LevelAlias.Off);
        ITextFormatter formatter;
        if (format == LogFormat.Json)
        {
            formatter = new RenderedCompactJsonFormatter();
        }
        else
        {
            log.Enrich.With<RequestSuffix>();
            formatter = new MessageTemplateTextFormatter(Template, CultureInfo.InvariantCulture);
        }

        return writeTo(log.WriteTo, formatter).CreateLogger();
    }
}
