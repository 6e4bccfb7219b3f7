using System.CommandLine;
using Captioning.Trainer.Service;
using Captioning.Worker.Cli;
using Captioning.Worker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Serilog.Events;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>The verb <c>serve</c>: its options and their meaning.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create(IAnsiConsole messages, TimeProvider time)
    {
        (Option<string?> Option, string Key)[] options =
        [
            (Text("--broker", "uri", "The RabbitMQ broker: amqp://host:5672/vhost, or amqps:. A password is better kept in TRAINER__BROKER__PASSWORD_FILE."), "Trainer:Broker:Uri"),
            (Text("--models", "dir", "The folder of models that the workers share."), "Trainer:Models"),
            (Text("--model", "id|dir", "The model to train further: its id or its folder."), "Trainer:Model"),
            (Text("--captions", "file", "The captions of the base data, as for 'train'."), "Trainer:BaseData:Captions"),
            (Text("--images", "dir", "The images of the base data."), "Trainer:BaseData:Images"),
            (Text("--train", "file|name", "The base images to learn from."), "Trainer:BaseData:Train"),
            (Text("--dev", "file|name", "The base images to judge by."), "Trainer:BaseData:Dev"),
            (Text("--work", "dir", "The folder of feedback, trainings and features. Default: trainer."), "Trainer:Work"),
            (Text("--urls", "urls", "Where health and metrics are served. Default: http://127.0.0.1:8081, for this machine only."), "urls"),
        ];
        SetOption set = new("Trainer:Recipe:Epochs=6");
        Option<bool> verbose = new("--verbose", "-v") { Description = "Log what happens in detail, to standard error." };

        Command command = new(Name, "Collect feedback from a message queue, train the model further on it and publish what is better.");
        foreach (Option option in options.Select(pair => (Option)pair.Option).Append(set).Append(verbose))
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
        {
            Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
            foreach ((Option<string?> option, string key) in options)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    settings[key] = value;
                }
            }

            set.AddTo(settings, parsed);

            return RunAsync(settings, parsed.GetValue(verbose) ? LogEventLevel.Debug : LogEventLevel.Information, messages, time, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Dictionary<string, string?> settings, LogEventLevel level, IAnsiConsole messages, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await using WebApplication application = TrainerHost.Create(settings, logging => logging.AddServiceLog(level), time);
            await ((IHost)application).RunAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (UsageException e)
        {
            messages.WriteLine($"error: {e.Message}");
        }
        catch (IOException e)
        {
            // Kestrel's way to say that an address is taken.
            messages.WriteLine($"error: {e.Message} Choose another address with --urls.");
        }

        return ExitCode.Usage;
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
