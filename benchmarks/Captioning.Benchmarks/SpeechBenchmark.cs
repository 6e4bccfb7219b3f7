using System.CommandLine;
using System.Diagnostics;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Benchmarks;

/// <summary>Speech, text to WAV, over the bare runtime on the same phoneme ids.</summary>
internal static class SpeechBenchmark
{
    private static readonly string[] Texts =
    [
        "A dog runs through the grass.",
        "A man in a red shirt climbs a rock.",
        "Two children are playing in the snow.",
        "A black dog is jumping up to catch a frisbee.",
        "A group of people are walking down a snowy path.",
        "A girl in a blue shirt is standing on the edge of a rock.",
    ];

    public static Command Command()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 9 };
        Command command = new("speech", "Real-time factor of speech, and its ratio to bare ONNX Runtime.") { rounds };
        command.SetAction(parsed => Run(parsed.GetValue(rounds)));
        return command;
    }

    private static void Run(int rounds)
    {
        SessionFactory sessions = SessionFactory.Create(Device.Cpu);
        using PiperVoice voice = PiperVoice.Load(Repository.Voice, sessions);
        using InferenceSession bare = VoiceModel.Open(VoiceConfig.Read(VoiceCatalog.FindModel(Repository.Voice)), sessions);
        SpeechOptions options = new() { NoiseScale = 0, LengthScale = 1, NoiseW = 0 };
        long[][] ids = [.. Texts.SelectMany(t => voice.Phonemize(t)).Select(voice.Encode)];

        List<double> ours = [];
        List<double> limits = [];
        double audio = 0;

        // The first round warms both up; then they take turns.
        for (int round = 0; round <= rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Array.ForEach(ids, i => Bare(bare, i));
            double limit = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            audio = Texts.Sum(text => voice.Synthesize(text, new MemoryStream(), options).Duration.TotalSeconds);
            double own = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round > 0)
            {
                limits.Add(limit);
                ours.Add(own);
            }
        }

        limits.Sort();
        ours.Sort();
        double bareMedian = limits[rounds / 2];
        double ownMedian = ours[rounds / 2];
        Console.WriteLine($"{Environment.ProcessorCount} cores, ONNX Runtime {SessionFactory.RuntimeVersion}, {audio:F1} s of speech, {rounds} rounds");
        Console.WriteLine($"  bare ONNX Runtime loop  {bareMedian:F3} s  real-time factor {bareMedian / audio:F4}");
        Console.WriteLine($"  text to WAV             {ownMedian:F3} s  real-time factor {ownMedian / audio:F4}  ratio {ownMedian / bareMedian:F3}");
    }

    private static void Bare(InferenceSession session, long[] ids)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using OrtValue lengths = OrtValue.CreateTensorValueFromMemory(new long[] { ids.Length }, [1]);
        using OrtValue scales = OrtValue.CreateTensorValueFromMemory(new float[] { 0, 1, 0 }, [3]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["input", "input_lengths", "scales"], [input, lengths, scales], [session.OutputNames[0]]);
    }
}
