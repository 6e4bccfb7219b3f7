using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Models;
using ImageMagick;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Worker.Health;

/// <summary>Looks at everything that captions and speech need.</summary>
internal sealed class Doctor(ModelFolder models, string voiceFolder)
{
    private static readonly MagickFormat[] Essential = [MagickFormat.Jpeg, MagickFormat.Png];
    private static readonly MagickFormat[] Usual = [MagickFormat.WebP, MagickFormat.Gif, MagickFormat.Bmp, MagickFormat.Tiff, MagickFormat.Heic, MagickFormat.Avif];

    public IEnumerable<Check> Examine() =>
        [Guard("ONNX Runtime", OnnxRuntime), Guard("Device", Device), Guard("ImageMagick", ImageMagick), Guard("espeak-ng", Espeak), .. Models(), .. Voices()];

    private static Check OnnxRuntime() => new("ONNX Runtime", Verdict.Ok, $"{SessionFactory.RuntimeVersion}{(SessionFactory.HasCuda ? ", with CUDA" : string.Empty)}");

    private static Check Device()
    {
        if (!SessionFactory.HasCuda)
        {
            return new Check("Device", Verdict.Ok, $"cpu, {Environment.ProcessorCount} cores (a build for the CPU)");
        }

        try
        {
            return new Check("Device", Verdict.Ok, SessionFactory.Create(new Device(DeviceKind.Cuda)).Device.ToString());
        }
        catch (DeviceUnavailableException e)
        {
            return new Check("Device", Verdict.Warning, e.Message, "Inference runs on the CPU until CUDA loads.");
        }
    }

    private static Check ImageMagick()
    {
        HashSet<MagickFormat> readable = [.. MagickNET.SupportedFormats.Where(format => format.SupportsReading).Select(format => format.Format)];
        string version = MagickNET.ImageMagickVersion.Split(' ') is [_, var number, ..] ? number : MagickNET.ImageMagickVersion;
        string formats = string.Join(", ", Essential.Concat(Usual).Where(readable.Contains));
        MagickFormat[] missing = [.. Essential.Concat(Usual).Where(format => !readable.Contains(format))];
        if (missing.Length == 0)
        {
            return new Check("ImageMagick", Verdict.Ok, $"{version}; reads {formats}");
        }

        Verdict verdict = missing.Intersect(Essential).Any() ? Verdict.Problem : Verdict.Warning;
        return new Check("ImageMagick", verdict, $"{version}; reads {formats}; not {string.Join(", ", missing)}", "Use the Magick.NET native library that comes with this program.");
    }

    private static Check Espeak()
    {
        EspeakStatus status = EspeakStatus.Probe();

        // Captions work without speech.
        return status.IsAvailable
            ? new Check("espeak-ng", Verdict.Ok, $"{status.Version}, data in {status.DataPath}")
            : new Check("espeak-ng", Verdict.Warning, "It cannot be used, so captions cannot be spoken.", status.Problem);
    }

    private static Check Guard(string part, Func<Check> check)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException or OnnxRuntimeException)
        {
            string reason = (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
            return new Check(part, Verdict.Problem, $"Its native library does not load: {reason}", "Build the program on a platform that it supports (Linux, Windows or macOS on x64 or ARM64), with glibc on Linux.");
        }
    }

    private IEnumerable<Check> Models()
    {
        IReadOnlyList<ModelVersions> all = models.Models();
        if (all.Count == 0)
        {
            return [new Check("Models", Verdict.Problem, $"There is none in '{models.Path}'.", $"Give the folder of models with --models or {AssetFolders.ModelsVariable}.")];
        }

        return all.Select(model => Guard(Part(model), () => Model(model)));
    }

    private static Check Model(ModelVersions model)
    {
        try
        {
            ModelManifest manifest = ModelBundle.Read(model.Current()).Manifest;
            return new Check(Part(model), Verdict.Ok, $"{manifest.Version}, {manifest.Files.Count} files verified");
        }
        catch (ModelLoadException e)
        {
            return new Check(Part(model), Verdict.Problem, e.Message, "Fetch the model again, remove its folder, or choose another version of it: captioning models rollback.");
        }
    }

    private static string Part(ModelVersions model) => $"Model {Path.GetFileName(model.Folder)}";

    private IEnumerable<Check> Voices()
    {
        IReadOnlyList<VoiceEntry> voices = new VoiceCatalog(voiceFolder).List();
        return voices.Count == 0
            ? [new Check("Voices", Verdict.Warning, $"There is none in '{voiceFolder}', so captions cannot be spoken.", $"Give the folder of voices with --voices or {AssetFolders.VoicesVariable}.")]
            : voices.Select(Voice);
    }

    private static Check Voice(VoiceEntry voice) => voice.Info is { } info
        ? new Check($"Voice {voice.Name}", Verdict.Ok, $"{info.Language}, {info.SampleRate} Hz, {info.Speakers.Count} {(info.Speakers.Count == 1 ? "speaker" : "speakers")}")
        : new Check($"Voice {voice.Name}", Verdict.Problem, "It cannot be used.", voice.Problem);
}
