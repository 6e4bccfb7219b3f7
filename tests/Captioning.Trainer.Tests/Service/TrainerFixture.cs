using Captioning.Inference.Models;
using Captioning.Trainer.Commands;
using Captioning.Trainer.Export;
using Spectre.Console.Testing;

namespace Captioning.Trainer.Tests.Service;

/// <summary>A broker, base data of six colours and a model that has learned them.</summary>
public sealed class TrainerFixture : IAsyncLifetime
{
    private readonly RabbitMqNode _node = new();

    internal Uri Broker => _node.Uri;

    internal SyntheticData Data { get; } = new();

    public async Task InitializeAsync()
    {
        await _node.StartAsync();
        TestConsole messages = new();
        int exit = await TrainerCommand.InvokeAsync(
            Data.TrainArguments(Data["first"], 60, "--id", "colours", "--patience", "60"), new TestConsole(), messages, isTerminal: false, TimeProvider.System);
        Assert.True(exit == ExitCode.Success, messages.Output);
    }

    /// <summary>A folder of models with that model alone.</summary>
    internal ModelVersions CopyModel(string models)
    {
        ModelVersions versions = new(Path.Combine(models, "colours"));
        Directory.CreateDirectory(models);
        BundleWriter.Copy(Data["first/best"], Path.Combine(models, "staged"));
        versions.Publish(Path.Combine(models, "staged"), keep: 3);
        return versions;
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        Data.Dispose();
    }
}
