using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;

namespace Captioning.Inference.Tests.Speech;

public sealed class VoiceCatalogTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;
    private readonly SessionFactory _sessions = SessionFactory.Create(Device.Cpu, 1);

    public VoiceCatalogTests()
    {
        using TinyVoice tiny = new();
        Directory.CreateDirectory(Path.Combine(_root, "folder"));
        Directory.CreateDirectory(Path.Combine(_root, "broken"));
        Directory.CreateDirectory(Path.Combine(_root, "notes"));
        foreach (string end in new[] { ".onnx", ".onnx.json" })
        {
            File.Copy(Path.Combine(tiny.Folder, "tiny" + end), Path.Combine(_root, "folder", "tiny" + end));
            File.Copy(Path.Combine(tiny.Folder, "tiny" + end), Path.Combine(_root, "flat" + end));
        }

        File.WriteAllText(Path.Combine(_root, "broken", "x.onnx"), "not a model");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void List_FoldersAndFiles_TellsWhichAreBroken()
    {
        IReadOnlyList<VoiceEntry> voices = new VoiceCatalog(_root).List();

        Assert.Equal(["broken", "flat", "folder"], voices.Select(v => v.Name));
        Assert.Contains("x.onnx.json' cannot be read", voices[0].Problem);
        Assert.Null(voices[0].Info);
        Assert.All(voices.Skip(1), voice => Assert.Null(voice.Problem));
        Assert.Equal(["flat", "tiny"], voices.Skip(1).Select(v => v.Info!.Name));
    }

    [Fact]
    public void List_NoSuchFolder_IsEmpty() => Assert.Empty(new VoiceCatalog(Path.Combine(_root, "none")).List());

    [Theory]
    [InlineData("folder", "tiny")]
    [InlineData("tiny", "tiny")]
    [InlineData("flat", "flat")]
    public void Load_ByName_LoadsIt(string name, string loaded)
    {
        using PiperVoice voice = new VoiceCatalog(_root).Load(name, _sessions);

        Assert.Equal(loaded, voice.Info.Name);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("../folder")]
    [InlineData("")]
    public void Load_UnknownName_NamesThoseThereAre(string name)
    {
        var e = Assert.Throws<SpeechUnavailableException>(() => new VoiceCatalog(_root).Load(name, _sessions));

        Assert.Contains($"There is no voice '{name}'", e.Message);
        Assert.Contains("broken, flat, folder", e.Message);
    }

    [Fact]
    public void Load_NoVoices_SaysWhereToGetSome()
    {
        var e = Assert.Throws<SpeechUnavailableException>(() => new VoiceCatalog(Path.Combine(_root, "none")).Load("joe", _sessions));

        Assert.Contains("Download one from", e.Message);
    }

    [Fact]
    public void FindModel_SeveralModels_AsksForOne()
    {
        File.WriteAllText(Path.Combine(_root, "broken", "y.onnx"), "not a model");

        var e = Assert.Throws<SpeechUnavailableException>(() => VoiceCatalog.FindModel(Path.Combine(_root, "broken")));

        Assert.Contains("There are 2 .onnx files", e.Message);
    }

    [Theory]
    [InlineData("notes", "There is no .onnx file in")]
    [InlineData("none", "There is no voice at")]
    public void FindModel_NoModel_SaysSo(string path, string expected)
    {
        var e = Assert.Throws<SpeechUnavailableException>(() => VoiceCatalog.FindModel(Path.Combine(_root, path)));

        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Load_CorruptModel_SaysWhich()
    {
        using TinyVoice tiny = new();
        tiny.WriteModel([1, 2, 3]);

        var e = Assert.Throws<SpeechUnavailableException>(() => tiny.Load());

        Assert.Contains($"The voice model '{tiny.ModelPath}' does not run", e.Message);
    }

    [Fact]
    public void Load_ModelOfAnotherKind_NamesTheMissingInputs()
    {
        using TinyVoice tiny = new();
        tiny.WriteModel(File.ReadAllBytes(Path.Combine(Repository.Model, "decoder_step.onnx")));

        var e = Assert.Throws<SpeechUnavailableException>(() => tiny.Load());

        Assert.Contains("is not a Piper voice: it has no input input, input_lengths, scales", e.Message);
    }

    [Fact]
    public void Load_SpeakersThatTheModelLacks_IsRefused()
    {
        using TinyVoice tiny = new(speakers: 2, modelHasSpeakers: false);

        var e = Assert.Throws<SpeechUnavailableException>(() => tiny.Load());

        Assert.Contains("names 2 speakers, but the model has no input sid", e.Message);
    }
}
