using System.CommandLine;
using Captioning.Benchmarks;

RootCommand root = new("Measures Captioning against the bare runtime, side by side in one run.")
{
    ThroughputBenchmark.Command(),
    EncoderBenchmark.Command(),
    MemoryBenchmark.Command(),
    SpeechBenchmark.Command(),
    QueueBenchmark.Throughput(),
    QueueBenchmark.Memory(),
    SwapBenchmark.Command(),
    RetrainBenchmark.Command(),
    HttpBenchmark.Throughput(),
    HttpBenchmark.Memory(),
    TrainStepBenchmark.Command(),
    PageBenchmark.Command(),
};
return await root.Parse(args).InvokeAsync();
