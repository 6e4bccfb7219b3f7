using System.CommandLine;
using Captioning.Benchmarks;

RootCommand root = new("Measures Captioning against the bare runtime, side by side in one process.")
{
    ThroughputBenchmark.Command(),
    MemoryBenchmark.Command(),
    SpeechBenchmark.Command(),
    PageBenchmark.Command(),
    HttpBenchmark.Command(),
};
return await root.Parse(args).InvokeAsync();
