using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace Captioning.Worker.Cli;

/// <summary>Logs to standard error, for standard output is for captions.</summary>
internal static class CliLogging
{
    /// <summary>The log of the service: warnings of the frameworks, and what the service itself does.</summary>
    public static Action<ILoggingBuilder> Service(LogEventLevel level) => logging => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddSerilog(
            new LoggerConfiguration()
                .MinimumLevel.Is(level < LogEventLevel.Information ? level : LogEventLevel.Information)
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
                .WriteTo.Console(
                    outputTemplate: "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:w} {Message:lj}{NewLine}{Exception}",
                    formatProvider: CultureInfo.InvariantCulture,
                    standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger(),
            dispose: true);

    public static ILoggerFactory Create(LogEventLevel level) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddSerilog(
            new LoggerConfiguration()
                .MinimumLevel.Is(level)

                // Its warnings tell of a bus that stops before all is answered, which Ctrl-C means to do.
                .MinimumLevel.Override("MassTransit", level == LogEventLevel.Warning ? LogEventLevel.Error : level)
                .WriteTo.Console(
                    outputTemplate: "{Timestamp:HH:mm:ss} {Level:w} {Message:lj}{NewLine}{Exception}",
                    formatProvider: CultureInfo.InvariantCulture,
                    standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger(),
            dispose: true));
}
