using Captioning.Worker.Http;
using Captioning.Worker.Messaging;
using Captioning.Worker.Requests;
using Captioning.Worker.Results;
using Captioning.Worker.Sources;
using Captioning.Worker.Stores;

namespace Captioning.Worker.Hosting;

/// <summary>All settings of the service: the section <c>Captioning</c> of its configuration.</summary>
internal sealed class ServiceOptions
{
    public const string Section = "Captioning";

    /// <summary>How long requests under way may take to finish when the service stops, from 0 to one hour; the rest goes back to the queue. Default 25 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>The name by which answers say who gave them. Default: the machine's name and the process's number.</summary>
    public string? Worker { get; set; }

    public BrokerOptions Broker { get; } = new();

    public EngineSettings Engine { get; } = new();

    public RequestOptions Requests { get; } = new();

    public ResultOptions Results { get; } = new();

    public ImageSourceOptions Sources { get; } = new();

    public AudioOptions Audio { get; } = new();

    public S3Options S3 { get; } = new();

    public HttpOptions Http { get; } = new();

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (ShutdownTimeout < TimeSpan.Zero || ShutdownTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{Section}: {nameof(ShutdownTimeout)} is {ShutdownTimeout}; it must be from 00:00:00 to 01:00:00.");
        }

        Add(nameof(Broker), Broker.FindErrors());
        Add(nameof(Engine), Engine.FindErrors());
        Add(nameof(Requests), Requests.FindErrors());
        Add(nameof(Results), Results.FindErrors());
        Add(nameof(Sources), Sources.FindErrors());
        Add(nameof(Audio), Audio.FindErrors());
        Add(nameof(S3), S3.FindErrors());
        Add(nameof(Http), Http.FindErrors());
        return errors;

        void Add(string section, IEnumerable<string> found) => errors.AddRange(found.Select(error => $"{Section}:{section}: {error}"));
    }
}
