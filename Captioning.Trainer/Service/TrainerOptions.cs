using Captioning.Worker.Messaging;
using Captioning.Worker.Models;
using Captioning.Worker.Sources;

namespace Captioning.Trainer.Service;

/// <summary>All settings of the training service: the section <c>Trainer</c> of its configuration.</summary>
internal sealed class TrainerOptions
{
    public const string Section = "Trainer";

    /// <summary>The folder of models that the workers share. Default: that of the environment variable <c>CAPTIONING_MODELS</c>, else <c>models</c> here or beside the program.</summary>
    public string? Models { get; set; }

    /// <summary>The model to train further: its id or its folder. Default: the one that workers take by default.</summary>
    public string? Model { get; set; }

    /// <summary>The folder of the service's own files: feedback, trainings, features. Default: <c>trainer</c> in the working directory.</summary>
    public string Work { get; set; } = "trainer";

    /// <summary>Versions of the model to keep besides the one that serves, from 1 to 1000; older ones are deleted. Default 5.</summary>
    public int KeepVersions { get; set; } = 5;

    /// <summary>Trainings whose candidates and reports to keep, from 1 to 1000. Default 10.</summary>
    public int KeepTrainings { get; set; } = 10;

    /// <summary>How often progress is told while nothing else happens, from 1 second to 1 hour. Default 10 s.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a training may take to save where it is when the service stops, from 0 to one hour. Default 60 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The RabbitMQ broker. Its address is required.</summary>
    public BrokerOptions Broker { get; } = new();

    public BaseDataOptions BaseData { get; } = new();

    public FeedbackOptions Feedback { get; } = new();

    public RecipeOptions Recipe { get; } = new();

    public GateOptions Gate { get; } = new();

    public TriggerOptions Triggers { get; } = new();

    /// <summary>Where the images of feedback may be read from. Workers send them within the message, up to 32 MiB.</summary>
    public ImageSourceOptions Sources { get; } = new() { MaxInlineBytes = 32 * 1024 * 1024 };

    public S3Options S3 { get; } = new();

    public ModelFolder ModelFolder => new(AssetFolders.Models(Models));

    /// <summary>The folder of the feedback.</summary>
    public string FeedbackFolder => Path.Combine(Work, "feedback");

    /// <summary>The folder of a training's files.</summary>
    public string RunFolder(long number) => Path.Combine(RunsFolder, $"{number:D6}");

    /// <summary>The folder of all trainings' folders.</summary>
    public string RunsFolder => Path.Combine(Work, "trainings");

    /// <summary>The folder of the features that are computed once.</summary>
    public string FeatureFolder => Path.Combine(Work, "features");

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(Work))
        {
            errors.Add($"{Section}: {nameof(Work)} is empty; it must be a folder's path.");
        }

        Check(nameof(KeepVersions), KeepVersions is >= 1 and <= 1000, KeepVersions, "from 1 to 1000");
        Check(nameof(KeepTrainings), KeepTrainings is >= 1 and <= 1000, KeepTrainings, "from 1 to 1000");
        Check(nameof(ProgressInterval), ProgressInterval >= TimeSpan.FromSeconds(1) && ProgressInterval <= TimeSpan.FromHours(1), ProgressInterval, "from 00:00:01 to 01:00:00");
        Check(nameof(ShutdownTimeout), ShutdownTimeout >= TimeSpan.Zero && ShutdownTimeout <= TimeSpan.FromHours(1), ShutdownTimeout, "from 00:00:00 to 01:00:00");
        if (!Broker.IsConfigured)
        {
            errors.Add($"{Section}:{nameof(Broker)}: {nameof(Broker.Uri)} is not set; it must look like amqp://host:5672/vhost.");
        }

        Add(nameof(Broker), Broker.FindErrors());
        Add(nameof(BaseData), BaseData.FindErrors());
        Add(nameof(Feedback), Feedback.FindErrors());
        Add(nameof(Recipe), Recipe.FindErrors());
        Add(nameof(Gate), Gate.FindErrors());
        Add(nameof(Triggers), Triggers.FindErrors());
        Add(nameof(Sources), Sources.FindErrors());
        Add(nameof(S3), S3.FindErrors());
        return errors;

        void Check(string name, bool isRight, object value, string range)
        {
            if (!isRight)
            {
                errors.Add($"{Section}: {name} is {value}; it must be {range}.");
            }
        }

        void Add(string section, IEnumerable<string> found) => errors.AddRange(found.Select(error => $"{Section}:{section}: {error}"));
    }
}
