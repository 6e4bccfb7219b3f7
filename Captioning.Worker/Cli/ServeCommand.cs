using System.CommandLine;
using Captioning.Worker.Hosting;
using Captioning.Worker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning serve</c>: takes requests over HTTP and from a message queue.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Option<string?> _broker = new("--broker")
    {
        Description = "The RabbitMQ broker: amqp://host:5672/vhost, or amqps:. A password is better kept in CAPTIONING__BROKER__PASSWORD_FILE.",
        HelpName = "uri",
    };

    private readonly Option<string?> _model = new("--model") { Description = "The model: its id or its folder.", HelpName = "id|dir" };

    private readonly Option<string?> _device = new("--device") { Description = "Where inference runs: auto, cpu, cuda or cuda:N.", HelpName = "device" };

    private readonly Option<string?> _batchSize = new("--batch-size") { Description = "The most photos of one batch.", HelpName = "n" };

    private readonly Option<string[]> _folders = new("--folder")
    {
        Description = "A folder that file: URIs may name photos in; can be repeated.",
        HelpName = "dir",
    };

    private readonly Option<string?> _audio = new("--audio") { Description = "Where speech is written: a folder or s3://bucket/prefix.", HelpName = "dir|uri" };

    private readonly Option<string?> _urls = new("--urls") { Description = "Where the page, the API, health and metrics are served. Default: http://127.0.0.1:8080, for this machine only.", HelpName = "urls" };

    private readonly SetOption _set = new("Captioning:Requests:Retries=5");

    private readonly GlobalOptions _global;

    public ServeCommand(GlobalOptions global, TimeProvider time)
        : base("serve", "Take requests over HTTP, with a page to try it, and from a message queue. This is what captioning does where no verb is given.")
    {
        _global = global;
        foreach (Option option in (Option[])[_broker, _model, _device, _batchSize, _folders, _audio, _urls, _set])
        {
            Add(option);
        }

        SetAction((parse, cancellationToken) => RunAsync(parse, time, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult parse, TimeProvider time, CancellationToken cancellationToken)
    {
        await using WebApplication application = ServiceHost.Create(Settings(parse), logging => logging.AddServiceLog(_global.LogLevel(parse)), time);
        try
        {
            await ((IHost)application).RunAsync(cancellationToken);
        }
        catch (IOException e)
        {
            // Kestrel's way to say that an address is taken.
            throw new UsageException($"{e.Message} Choose another address with --urls.");
        }

        return ExitCode.Success;
    }

    private Dictionary<string, string?> Settings(ParseResult parse)
    {
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
        Set("Broker:Uri", parse.GetValue(_broker));
        Set("Engine:Model", parse.GetValue(_model));
        Set("Engine:Models", parse.GetValue(_global.Models));
        Set("Engine:Voices", parse.GetValue(_global.Voices));
        Set("Engine:Device", parse.GetValue(_device));
        Set("Engine:MaxBatchSize", parse.GetValue(_batchSize));
        Set("Audio:Location", parse.GetValue(_audio));
        string[] folders = parse.GetValue(_folders) ?? [];
        for (int i = 0; i < folders.Length; i++)
        {
            Set($"Sources:Folders:{i}", Path.GetFullPath(folders[i]));
        }

        if (parse.GetValue(_urls) is { } urls)
        {
            settings["urls"] = urls;
        }

        _set.AddTo(settings, parse);

        return settings;

        void Set(string key, string? value)
        {
            if (value is not null)
            {
                settings[$"{ServiceOptions.Section}:{key}"] = value;
            }
        }
    }
}
