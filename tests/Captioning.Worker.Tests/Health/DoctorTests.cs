using Captioning.Worker.Cli;
using Captioning.Worker.Health;
using Captioning.Worker.Models;
using Spectre.Console.Testing;

namespace Captioning.Worker.Tests.Health;

public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Print_AllVerdicts_ShowsRemediesAndFails()
    {
        TestConsole console = new TestConsole().Width(60);

        int exitCode = DoctorCommand.Print(
            console,
            [
                new Check("ONNX Runtime", Verdict.Ok, "1.31.0"),
                new Check("espeak-ng", Verdict.Warning, "It is missing.", "Install it: apt-get install espeak-ng."),
                new Check("Model m", Verdict.Problem, "The model in 'm' cannot be loaded: it is damaged.", "Fetch it again."),
            ]);

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Equal(
            """
            ok       ONNX Runtime: 1.31.0
            warning  espeak-ng: It is missing.
                     -> Install it: apt-get install espeak-ng.
            problem  Model m: The model in 'm' cannot be loaded: it is
                     damaged.
                     -> Fetch it again.
            """,
            string.Join('\n', console.Lines.Select(line => line.TrimEnd())));
    }

    [Fact]
    public void Print_WarningsAlone_Succeeds() =>
        Assert.Equal(ExitCode.Success, DoctorCommand.Print(new TestConsole(), [new Check("Voices", Verdict.Warning, "There is none.", "Get one.")]));

    [Fact]
    public void Examine_ThisRepository_FindsEverything()
    {
        Check[] checks = [.. new Doctor(new ModelFolder(Repository.Models), Repository.Voices).Examine()];

        Assert.Equal(
            [
                "ONNX Runtime", "Device", "ImageMagick", "espeak-ng",
                "Model efficientnet-lite2-260-flickr8k", "Model efficientnet-lite2-260-flickr8k-int8", "Voice en_US-joe-medium",
            ],
            checks.Select(check => check.Part));
        Assert.All(checks, check => Assert.Equal(Verdict.Ok, check.Verdict));
    }

    [Fact]
    public void Examine_NothingThere_NamesTheRemedies()
    {
        Check[] checks = [.. new Doctor(new ModelFolder(_folder.Root), _folder.Root).Examine()];

        Assert.Equal(Verdict.Problem, checks.Single(check => check.Part == "Models").Verdict);
        Assert.Equal(Verdict.Warning, checks.Single(check => check.Part == "Voices").Verdict);
        Assert.All(checks, check => Assert.Equal(check.Verdict == Verdict.Ok, check.Remedy is null));
    }

    [Fact]
    public void Examine_BrokenModelAndVoice_AreProblems()
    {
        _folder.File("m/model.json", "{}"u8.ToArray());
        _folder.File("v/v.onnx", [1]);

        Check[] checks = [.. new Doctor(new ModelFolder(_folder.Root), _folder.Root).Examine()];

        Assert.Equal(Verdict.Problem, checks.Single(check => check.Part == "Model m").Verdict);
        Assert.Equal(Verdict.Problem, checks.Single(check => check.Part == "Voice v").Verdict);
    }
}
