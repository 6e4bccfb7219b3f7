using Captioning.Inference;
using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Export;
using Captioning.Trainer.Photos;
using Captioning.Trainer.Quantization;
using Google.Protobuf;
using Onnx;
using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>Carries out <c>quantize</c>: finds the ranges of an encoder's tensors, writes it with int8 in it, compares both, and makes a bundle of it.</summary>
/// <param name="messages">Where progress goes.</param>
internal sealed class QuantizationRun(IAnsiConsole messages)
{
    /// <summary>What the version of a quantized model ends with.</summary>
    public const string VersionSuffix = "-int8";

    private const int BatchSize = 4;

    /// <summary>Lines of progress.</summary>
    private const int Lines = 10;

    /// <summary>Quantizes a model.</summary>
    /// <returns>The exit code.</returns>
    public int Run(QuantizeSettings settings, CancellationToken cancellationToken)
    {
        string source = TrainedModel.FindBundle(settings.Model);
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Output)))
        {
            throw new ExportException($"{settings.Output} is the model itself; give another folder for the quantized one.");
        }

        if (Directory.Exists(settings.Output) && !File.Exists(Path.Combine(settings.Output, ModelManifest.FileName)) && Directory.EnumerateFileSystemEntries(settings.Output).Any())
        {
            throw new ExportException($"{settings.Output} holds something else than a model, which would be lost; give another folder.");
        }

        ModelBundle bundle = ModelBundle.Read(source);
        CalibrationPhotos photos = CalibrationPhotos.Choose(settings.Images, settings.Captions, settings.Split, settings.Options.CalibrationImages);
        SessionFactory sessions = SessionFactory.Create(Device.Cpu, settings.Threads);
        byte[] original = bundle[bundle.Manifest.Encoder.File];
        byte[] quantized = Quantize(original, bundle.Manifest.Encoder.InputSize, settings.Options, photos.Calibration, sessions, cancellationToken);
        messages.WriteLine($"encoder: {original.Length / 1e6:0.0} MB before, {quantized.Length / 1e6:0.0} MB now");
        Compare(bundle, quantized, photos.HeldOut, sessions, cancellationToken);
        Write(bundle, quantized, settings, photos.Calibration.Count);

        // Loading verifies it and runs a batch through all of it.
        Captioner.Load(settings.Output, sessions).Dispose();
        messages.WriteLine($"The quantized model is in {settings.Output}");
        return ExitCode.Success;
    }

    private byte[] Quantize(byte[] file, int size, QuantizationOptions options, IReadOnlyList<string> photos, SessionFactory sessions, CancellationToken cancellationToken)
    {
        ModelProto plain = PlainGraph.Read(file, sessions);
        QuantizationPlan plan = new(plain.Graph, options.FloatFirst, options.FloatLast);
        using Calibration calibration = new(plain, plan.Tensors, sessions);
        messages.WriteLine($"calibration: {plan.Tensors.Count:N0} tensors, {photos.Count:N0} photos");
        int done = 0;
        int next = photos.Count / Lines;
        foreach ((byte[] pixels, int count) in new SquashedPhotos(photos, size, BatchSize).Read(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            calibration.Add(pixels, [count, size, size, 3]);
            done += count;
            if (done >= next)
            {
                messages.WriteLine($"calibration: {done:N0} of {photos.Count:N0}");
                next += photos.Count / Lines;
            }
        }

        return QuantizedGraph.Write(plain, plan, calibration.Find(), options.ReduceRange).ToByteArray();
    }

    private void Compare(ModelBundle bundle, byte[] quantized, IReadOnlyList<string> photos, SessionFactory sessions, CancellationToken cancellationToken)
    {
        string feature = bundle.Architecture.Feature;
        using Encoder before = Encoder.Open(bundle, sessions);
        using Encoder after = Encoder.Open(bundle.Directory, $"{bundle.Manifest.Encoder.File} (quantized)", quantized, sessions);
        FeatureDifference difference = FeatureDifference.Measure(before, after, feature, photos, cancellationToken);
        messages.WriteLine($"{feature} of {photos.Count:N0} other photos: changed by {difference.Relative:0.000} of their norm, cosine {difference.LeastCosine:0.000} at least");
    }

    private static void Write(ModelBundle bundle, byte[] quantized, QuantizeSettings settings, int photos)
    {
        ModelManifest manifest = bundle.Manifest;
        Dictionary<string, byte[]> files = manifest.Files.Keys.ToDictionary(name => name, name => bundle[name]);
        files[manifest.Encoder.File] = quantized;
        string quantization = $"Encoder quantized to int8, ranges from {photos} photos.";
        BundleWriter.Write(
            manifest with
            {
                Id = settings.Id ?? manifest.Id,
                Version = settings.Version ?? manifest.Version + VersionSuffix,
                Description = settings.Description ?? (manifest.Description is { } description ? $"{description} {quantization}" : quantization),

                // They were the other model's.
                Training = manifest.Training is { } training ? training with { ScoredOn = null, Scores = null } : null,
            },
            files,
            settings.Output);
    }
}
