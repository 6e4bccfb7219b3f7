using System.CommandLine;
using Captioning.Benchmarks;

RootCommand root = new("Measures Captioning against the bare runtime, side by side in one process.")
{
    ThroughputBenchmark.Command(),
    MemoryBenchmark.Command(),
    QueueBenchmark.Throughput(),
    QueueBenchmark.Memory(),
    SwapBenchmark.Command(),
    RetrainBenchmark.Command(),
    SpeechBenchmark.Command(),
};
return await root.Parse(args).InvokeAsync();
