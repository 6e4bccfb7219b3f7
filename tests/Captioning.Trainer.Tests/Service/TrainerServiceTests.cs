using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Captioning.Contracts;
using Captioning.Inference.Models;
using Captioning.Trainer.Feedback;
using Captioning.Trainer.Service;
using Captioning.Worker.Cli;
using Captioning.Worker.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;

namespace Captioning.Trainer.Tests.Service;

/// <summary>The training service on a real broker, with models of a few numbers.</summary>
[Collection("torch")]
public sealed class TrainerServiceTests(TrainerFixture fixture) : IClassFixture<TrainerFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private ModelVersions _versions = null!;
    private EventLog _log = null!;

    public async Task InitializeAsync()
    {
        _versions = fixture.CopyModel(_folder["models"]);
        _log = await EventLog.StartAsync(fixture.Broker);
    }

    public async Task DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task FeedbackOfANewKind_Retrained_PublishedAndServedByAWorkerUnderLoadWithoutAFailure()
    {
        await using WebApplication worker = await StartWorkerAsync();
        await using WebApplication trainer = await StartTrainerAsync();
        using CancellationTokenSource enough = new();
        ConcurrentBag<object> answers = [];
        Task load = Task.WhenAll(Enumerable.Range(0, 4).Select(client => AskAsync(client, answers, enough.Token)));
        ImageCaptioned before = await CaptionAsync("purple", "yellow", "before");
        Assert.DoesNotContain("purple", before.Caption, StringComparison.Ordinal);

        await TeachAsync(trainer);
        await _log.Bus.Publish(new RetrainModel { TrainingId = "new kind", Reason = "purple things" });
        await _log.Bus.Publish(new RetrainModel { TrainingId = "new kind", Reason = "asked for twice" });
        ModelPublished published = await _log.FirstAsync<ModelPublished>("new kind");

        Assert.Equal((new ModelReference("colours", "1.0.1"), "1.0.0"), (published.Model, published.Replaces));
        Assert.True(published.Scores!["feedbackCider"] > 1, $"{published.Scores["feedbackCider"]}");
        ImageCaptioned after = await UntilAsync(
            async number => await CaptionAsync("purple", "yellow", $"after/{number}"), captioned => captioned.Model.Version == "1.0.1");
        Assert.Contains("purple", after.Caption, StringComparison.Ordinal);
        int answered = answers.Count;
        await UntilAsync(_ => Task.FromResult(answers.Count), count => count > answered);
        await enough.CancelAsync();
        await load;
        Assert.All(answers, answer => Assert.IsType<ImageCaptioned>(answer));
        Assert.Equal(["1.0.0", "1.0.1"], _versions.List());

        double[] fractions = [.. _log.Events.OfType<TrainingProgressed>().Select(progress => progress.Fraction)];
        Assert.Equal(fractions.Order(), fractions);
        Assert.Contains(_log.Events.OfType<TrainingProgressed>(), progress => progress is { Stage: "epoch 2 of 30", Loss: > 0 });
        Assert.Contains("purple", (await ReportAsync(1)).GetProperty("data").GetProperty("newWords").EnumerateArray().Select(word => word.GetString()));
        Assert.Contains("images with feedback", ModelManifest.Read(_versions.Current()).Training!.Data, StringComparison.Ordinal);

        using HttpClient http = new() { BaseAddress = new Uri(trainer.Urls.Single()) };
        Assert.Contains("colours 1.0.1", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)), StringComparison.Ordinal);
        string metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("captioning_trainings", metrics, StringComparison.Ordinal);
        Assert.Contains("captioning_outcome=\"published\"", metrics, StringComparison.Ordinal);

        // The same id once more: what comes after it in the queue shows that it was looked at.
        await _log.Bus.Publish(new RetrainModel { TrainingId = "new kind" });
        await _log.Bus.Publish(new RetrainModel { TrainingId = "nothing new" });
        await _log.FirstAsync<TrainingProgressed>("nothing new");
        await _log.Bus.Publish(new CancelTraining("nothing new"));
        await UntilAsync(_ => Task.FromResult(Ledger(trainer).Next()), training => training is null);
        Assert.Single(_log.Events.OfType<ModelPublished>());
        await trainer.StopAsync();
        await worker.StopAsync();

        // As if the process had been killed after it published and before it noted that.
        TrainingLedger ledger = Ledger(trainer);
        ledger.Start(ledger.Find("new kind")!, "1.0.0", "1.0.1", ledger.LastFeedback());
        await trainer.DisposeAsync();
        await using WebApplication again = await StartTrainerAsync();
        await UntilAsync(_ => Task.FromResult(Ledger(again).Find("new kind")!.Status), status => status == TrainingStatus.Published);
        Assert.Equal(["1.0.0", "1.0.1"], _versions.List());
        await UntilAsync(_ => Task.FromResult(_log.Events.OfType<ModelPublished>().Count()), count => count == 2);
        await again.StopAsync();
    }

    [Fact]
    public async Task FineTuneEncoder_Retrained_PublishedWithAnotherEncoder()
    {
        // How much it learns is for other tests; here nearly any candidate will do.
        await using WebApplication trainer = await StartTrainerAsync(
            ("Recipe:FineTuneEncoder", "true"), ("Recipe:EncoderLearningRate", "0.001"), ("Recipe:Epochs", "4"), ("Gate:MaxBaseLoss", "10"), ("Gate:MinFeedbackGain", "0"));
        await TeachAsync(trainer);

        await _log.Bus.Publish(new RetrainModel { TrainingId = "both" });
        await _log.FirstAsync<ModelPublished>("both");

        ModelManifest before = ModelManifest.Read(_versions["1.0.0"]);
        ModelManifest after = ModelManifest.Read(_versions.Current());
        Assert.NotEqual(before.Files[before.Encoder.File], after.Files[after.Encoder.File]);
        Assert.False(Directory.Exists(_folder["work/features"]));
        await trainer.StopAsync();
    }

    [Fact]
    public async Task BadCandidate_Retrained_RejectedWithItsScoresAndKeptAside()
    {
        await using WebApplication trainer = await StartTrainerAsync(("Recipe:LearningRate", "0.1"), ("Recipe:Epochs", "1"));
        await TeachAsync(trainer);

        await _log.Bus.Publish(new RetrainModel { TrainingId = "bad" });
        TrainingRejected rejected = await _log.FirstAsync<TrainingRejected>("bad");

        Assert.Contains("lost on the base images", rejected.Reason, StringComparison.Ordinal);
        Assert.True(rejected.Candidate!["cider"] < rejected.Current!["cider"] - 0.5);
        Assert.Equal("1.0.0", ModelManifest.Read(_versions.Current()).Version);
        Assert.Equal(["1.0.0"], _versions.List());
        Assert.Equal("1.0.1", ModelBundle.Read(Path.Combine(_folder["work"], "trainings", "000001", "best")).Manifest.Version);
        JsonElement report = await ReportAsync(1);
        Assert.False(report.GetProperty("isPublished").GetBoolean());
        Assert.Equal(rejected.Reason, report.GetProperty("reason").GetString());
        await UntilAsync(_ => Task.FromResult(Ledger(trainer).Find("bad")!.Status), status => status == TrainingStatus.Rejected);
        await trainer.StopAsync();
    }

    [Fact]
    public async Task TooLittleFeedback_Retrained_RejectedWithTheReason()
    {
        await using WebApplication trainer = await StartTrainerAsync();

        await _log.Bus.Publish(new RetrainModel { TrainingId = "nothing" });

        Assert.Contains("too little feedback", (await _log.FirstAsync<TrainingRejected>("nothing")).Reason, StringComparison.Ordinal);
        await trainer.StopAsync();
    }

    [Fact]
    public async Task Training_StoppedInTheMiddle_GoesOnWhereItWas()
    {
        (string, string)[] settings = [("Recipe:Epochs", "200"), ("Recipe:CheckpointSteps", "1")];
        await using (WebApplication trainer = await StartTrainerAsync(settings))
        {
            await TeachAsync(trainer);
            await _log.Bus.Publish(new RetrainModel { TrainingId = "long" });
            await _log.FirstAsync<TrainingProgressed>("long", progress => progress.Stage == "epoch 3 of 200");
            await trainer.StopAsync();
            Assert.Equal(TrainingStatus.Running, Ledger(trainer).Find("long")!.Status);
        }

        int before = _log.Events.Count;
        await using (WebApplication trainer = await StartTrainerAsync(settings))
        {
            await _log.FirstAsync<TrainingProgressed>("long", progress => progress.Stage == "epoch 12 of 200");
            string[] stages = [.. _log.Events.Skip(before).Cast<TrainingProgressed>().Select(progress => progress.Stage)];
            Assert.Contains("computing features", stages);
            Assert.DoesNotContain("epoch 1 of 200", stages);
            Assert.DoesNotContain("epoch 2 of 200", stages);

            // Feedback that comes meanwhile is for the next training.
            await _log.Bus.Publish(new CancelTraining("long"));
            await _log.FirstAsync<TrainingRejected>("long");
            await trainer.StopAsync();
        }
    }

    [Fact]
    public async Task Training_KilledInTheMiddle_GoesOnAtItsLastCheckpoint()
    {
        (string, string)[] settings = [("Recipe:Epochs", "200"), ("Recipe:CheckpointSteps", "1")];
        await using (WebApplication trainer = await StartTrainerAsync(settings))
        {
            await TeachAsync(trainer);
            await trainer.StopAsync();
        }

        ProcessStartInfo start = new(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "captioning-trainer.dll"), "serve", .. Settings(settings).SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" })]);
        using (Process process = Process.Start(start)!)
        {
            try
            {
                await _log.Bus.Publish(new RetrainModel { TrainingId = "killed" });
                await _log.FirstAsync<TrainingProgressed>("killed", progress => progress.Stage == "epoch 3 of 200");
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        int before = _log.Events.Count;
        await using (WebApplication trainer = await StartTrainerAsync(settings))
        {
            Assert.Equal(TrainingStatus.Running, Ledger(trainer).Find("killed")!.Status);
            await _log.FirstAsync<TrainingProgressed>("killed", progress => progress.Stage == "epoch 12 of 200");
            string[] stages = [.. _log.Events.Skip(before).OfType<TrainingProgressed>().Select(progress => progress.Stage)];
            Assert.DoesNotContain("epoch 1 of 200", stages);
            Assert.DoesNotContain("epoch 2 of 200", stages);
            await _log.Bus.Publish(new CancelTraining("killed"));
            await _log.FirstAsync<TrainingRejected>("killed");
            await trainer.StopAsync();
        }
    }

    [Fact]
    public async Task Trainings_Cancelled_EndWithoutAModel()
    {
        await using WebApplication trainer = await StartTrainerAsync(("Recipe:Epochs", "1000"));
        await TeachAsync(trainer);

        await _log.Bus.Publish(new RetrainModel { TrainingId = "runs" });
        await _log.FirstAsync<TrainingProgressed>("runs", progress => progress.Loss is not null);
        await _log.Bus.Publish(new RetrainModel { TrainingId = "waits" });
        await UntilAsync(_ => Task.FromResult(Ledger(trainer).Find("waits")), training => training is not null);
        await _log.Bus.Publish(new CancelTraining("waits"));
        await _log.Bus.Publish(new CancelTraining("runs"));

        Assert.Equal("The training was cancelled.", (await _log.FirstAsync<TrainingRejected>("runs")).Reason);
        Assert.Equal("The training was cancelled.", (await _log.FirstAsync<TrainingRejected>("waits")).Reason);
        await UntilAsync(_ => Task.FromResult(Ledger(trainer).Next()), training => training is null);
        Assert.Equal(TrainingStatus.Cancelled, Ledger(trainer).Find("runs")!.Status);
        Assert.Equal(["1.0.0"], _versions.List());
        await trainer.StopAsync();
    }

    [Fact]
    public async Task BadFeedback_GoesToTheErrorQueueWithItsReasonAndTheServiceGoesOn()
    {
        await using WebApplication trainer = await StartTrainerAsync();
        await using IConnection connection = await new ConnectionFactory { Uri = fixture.Broker }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        const string errors = "caption-feedback_error";
        await channel.QueueDeclareAsync(errors, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });

        await _log.Bus.Publish(Say("no picture", "a dog", "data:image/png;base64,bm8gcGljdHVyZQ=="));
        await _log.Bus.Publish(Say("no words", "...", Pictures.Uri(Pictures.Of("red", "blue"))));
        await _log.Bus.Publish(Say("forbidden", "a dog", "file:///etc/passwd"));
        await _log.Bus.Publish(Say("good", "a dog", Pictures.Uri(Pictures.Of("red", "blue"))));

        FeedbackStore store = trainer.Services.GetRequiredService<FeedbackStore>();
        await UntilAsync(_ => Task.FromResult(store.List().Count), count => count > 0);
        List<string> reasons = [];
        await UntilAsync(
            async _ =>
            {
                if (await channel.BasicGetAsync(errors, autoAck: true) is { } message)
                {
                    reasons.Add(System.Text.Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers!["MT-Fault-Message"]!));
                }

                return reasons.Count;
            },
            count => count == 3);
        Assert.Equal("good", Assert.Single(store.List()).FeedbackId);
        Assert.Contains(reasons, reason => reason.Contains("no picture", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("caption is empty", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("passwd", StringComparison.Ordinal));
        await trainer.StopAsync();
    }

    [Fact]
    public async Task Triggers_EnoughNewCaptions_OneTraining()
    {
        await using WebApplication trainer = Create(TimeProvider.System, ("Triggers:AfterItems", "3"));
        Keep(trainer, 1);
        Keep(trainer, 2);
        Triggers(trainer).Look();
        Assert.Null(Ledger(trainer).Next());

        Keep(trainer, 3);
        Triggers(trainer).Look();
        Triggers(trainer).Look();

        TrainingRecord training = Ledger(trainer).Next()!;
        Assert.Equal("3 new captions", training.Reason);
        Ledger(trainer).Finish(Ledger(trainer).Start(training, "1", "2", 3), TrainingStatus.Failed, "");
        Keep(trainer, 4);
        Triggers(trainer).Look();
        Assert.Null(Ledger(trainer).Next());
    }

    [Fact]
    public async Task Triggers_CaptionHasWaitedForTheInterval_OneTraining()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
        await using WebApplication trainer = Create(time, ("Triggers:Interval", "1.00:00:00"));
        time.Advance(TimeSpan.FromDays(2));
        Triggers(trainer).Look();
        Assert.Null(Ledger(trainer).Next());

        Keep(trainer, 1);
        time.Advance(TimeSpan.FromHours(23));
        Triggers(trainer).Look();
        Assert.Null(Ledger(trainer).Next());
        time.Advance(TimeSpan.FromHours(1));
        Triggers(trainer).Look();

        Assert.StartsWith("1 new captions", Ledger(trainer).Next()!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ManyWrong_AllAreNamed()
    {
        UsageException e = Assert.Throws<UsageException>(() => Create(
            TimeProvider.System, ("Broker:Uri", ""), ("BaseData:Captions", "nowhere"), ("Gate:MaxBaseLoss", "-1"), ("Recipe:Epochs", "many"), ("Triggers:Interval", "00:00:01"), ("Wrong", "1")));

        Assert.All(["Broker", "nowhere", "MaxBaseLoss is -1", "Epochs", "Interval is 00:00:01", "Trainer:Wrong is no setting"], part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_TwoServices_TheSecondIsRefused()
    {
        await using WebApplication first = Create(TimeProvider.System);

        Assert.Contains("another training service", Assert.Throws<UsageException>(() => Create(TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static TrainingLedger Ledger(WebApplication trainer) => trainer.Services.GetRequiredService<TrainingLedger>();

    private static TrainingTriggers Triggers(WebApplication trainer) => trainer.Services.GetServices<IHostedService>().OfType<TrainingTriggers>().Single();

    private static void Keep(WebApplication trainer, int number) => trainer.Services.GetRequiredService<FeedbackStore>()
        .Add(Say($"{number}", "a dog", "data:"), Pictures.Of("red", "blue", number), heldOut: 0.2);

    private static CaptionFeedback Say(string id, string caption, string image) => new() { FeedbackId = id, Image = image, Caption = caption, Time = TimeProvider.System.GetUtcNow() };

    private static async Task<T> UntilAsync<T>(Func<int, Task<T>> find, Func<T, bool> matches)
    {
        using CancellationTokenSource timeout = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        for (int number = 0; ; number++)
        {
            T found = await find(number);
            if (matches(found))
            {
                return found;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private WebApplication Create(TimeProvider time, params (string Key, string Value)[] more) =>
        TrainerHost.Create(Settings(more), logging => logging.SetMinimumLevel(LogLevel.None), time);

    private Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Trainer:Broker:Uri"] = fixture.Broker.ToString(),
            ["Trainer:Models"] = _folder["models"],
            ["Trainer:Model"] = "colours",
            ["Trainer:Work"] = _folder["work"],
            ["Trainer:BaseData:Captions"] = fixture.Data.Captions,
            ["Trainer:BaseData:Images"] = fixture.Data.Folder,
            ["Trainer:BaseData:Train"] = fixture.Data.Train,
            ["Trainer:BaseData:Dev"] = fixture.Data.Dev,
            ["Trainer:BaseData:Share"] = "1",
            ["Trainer:Feedback:Repeats"] = "1",
            ["Trainer:Feedback:MinHeldOut"] = "3",
            ["Trainer:Recipe:Epochs"] = "30",
            ["Trainer:Recipe:LearningRate"] = "0.005",
            ["Trainer:Recipe:BatchSize"] = "8",
            ["Trainer:Recipe:Dropout"] = "0.1",
            ["Trainer:Recipe:WarmUpSteps"] = "10",
            ["Trainer:Recipe:Threads"] = "1",
            ["Trainer:Gate:MaxBaseLoss"] = "0.5",
            ["Trainer:Gate:MinFeedbackGain"] = "0.5",
        };
        foreach ((string key, string value) in more)
        {
            settings[$"Trainer:{key}"] = value;
        }

        return settings;
    }

    private async Task<WebApplication> StartTrainerAsync(params (string Key, string Value)[] more)
    {
        WebApplication trainer = Create(TimeProvider.System, more);
        await trainer.StartAsync();
        await HealthyAsync(trainer);
        return trainer;
    }

    private async Task<WebApplication> StartWorkerAsync()
    {
        WebApplication worker = ServiceHost.Create(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["urls"] = "http://127.0.0.1:0",
                ["Captioning:Broker:Uri"] = fixture.Broker.ToString(),
                ["Captioning:Engine:Models"] = _folder["models"],
                ["Captioning:Engine:Model"] = "colours",
                ["Captioning:Engine:Device"] = "cpu",
                ["Captioning:Engine:WatchInterval"] = "1.00:00:00",
                ["Captioning:Audio:Location"] = _folder["audio"],
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System);
        await worker.StartAsync();
        await HealthyAsync(worker);
        return worker;
    }

    private static async Task HealthyAsync(WebApplication service)
    {
        using CancellationTokenSource timeout = new(Patience);
        await service.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, timeout.Token);
    }

    /// <summary>Sends pictures with a colour that the model has never heard of, with two captions each and one of them twice.</summary>
    private async Task TeachAsync(WebApplication trainer)
    {
        int sent = 0;
        foreach (string other in new[] { "red", "green", "blue", "white", "black", "yellow" })
        {
            for (int number = 0; number < 6; number++)
            {
                (string top, string bottom) = number % 2 == 0 ? ("purple", other) : (other, "purple");
                string image = Pictures.Uri(Pictures.Of(top, bottom, number));
                foreach (string caption in SyntheticData.CaptionsOf($"{top}-{bottom}"))
                {
                    await _log.Bus.Publish(Say($"{sent++}", caption, image));
                }
            }
        }

        await _log.Bus.Publish(Say("0", "said twice", Pictures.Uri(Pictures.Of("purple", "red"))));
        FeedbackStore store = trainer.Services.GetRequiredService<FeedbackStore>();
        await UntilAsync(_ => Task.FromResult(store.List().Count), count => count == sent);
        Assert.Equal(36, store.CountImages());
    }

    private async Task AskAsync(int client, ConcurrentBag<object> answers, CancellationToken cancellationToken)
    {
        for (int number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            answers.Add(await AskAsync("red", "blue", (client * 1_000_000) + number, $"load/{client}/{number}"));
        }
    }

    private async Task<ImageCaptioned> CaptionAsync(string top, string bottom, string id) => Assert.IsType<ImageCaptioned>(await AskAsync(top, bottom, 1000, id));

    private async Task<object> AskAsync(string top, string bottom, int number, string id)
    {
        IRequestClient<CaptionImage> client = _log.Bus.CreateRequestClient<CaptionImage>(RequestTimeout.After(s: (int)Patience.TotalSeconds));
        Response<ImageCaptioned, CaptionFailed> response = await client.GetResponse<ImageCaptioned, CaptionFailed>(
            new CaptionImage { RequestId = id, Image = Pictures.Uri(Pictures.Of(top, bottom, number)) });
        return response.Message;
    }

    private async Task<JsonElement> ReportAsync(int number) => JsonSerializer.Deserialize<JsonElement>(
        await File.ReadAllTextAsync(Path.Combine(_folder["work"], "trainings", number.ToString("D6", CultureInfo.InvariantCulture), "report.json")));
}
