using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace Captioning.Worker.Cli;

/// <summary>Logs to standard error, for standard output is for captions.</summary>
internal static class CliLogging
{
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
