using System.Collections.Concurrent;
using System.Diagnostics;
using Captioning.Contracts;
using Captioning.Inference.Telemetry;
using Captioning.Worker.Telemetry;
using MassTransit;
using MassTransit.Logging;

namespace Captioning.Worker.Tests.Telemetry;

public sealed class TracingTests : IClassFixture<ServiceFixture>, IDisposable
{
    private const string Producer = "Captioning.Worker.Tests.Producer";

    private static int _candidates;

    private readonly ServiceFixture _service;
    private readonly ActivitySource _producer = new(Producer);
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TracingTests(ServiceFixture service)
    {
        _service = service;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Producer or EngineTracing.SourceName or WorkerTracing.SourceName or DiagnosticHeaders.DefaultListenerName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("decode")]
    [InlineData("infer")]
    [InlineData("speak")]
    [InlineData("ImageCaptioned send")]
    public async Task Request_FromATrace_ContinuesIt(string name)
    {
        ActivityTraceId trace = await AskAsync("rocket.jpg");

        await Poll.ForAsync($"The span '{name}'", () => Task.FromResult(Spans(trace).Find(span => span.DisplayName == name || span.DisplayName.EndsWith(name, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Batch_OfRequests_IsLinkedToItsImages()
    {
        ActivityTraceId trace = await AskAsync("chelsea.png");

        Activity infer = await Poll.ForAsync("The span of the image", () => Task.FromResult(Spans(trace).Find(span => span.OperationName == "infer")));
        Activity batch = Assert.Single(_spans, span => span.OperationName == "batch" && span.Links.Any(link => link.Context == infer.Context));
        Assert.NotEqual(trace, batch.TraceId);
        Assert.Contains(infer.Links, link => link.Context == batch.Context);
        Assert.Contains(Spans(batch.TraceId), span => span.OperationName == "encode" && span.ParentSpanId == batch.SpanId);
        Assert.Contains(Spans(batch.TraceId), span => span.OperationName == "search" && span.ParentSpanId == batch.SpanId);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _producer.Dispose();
    }

    private async Task<ActivityTraceId> AskAsync(string sample)
    {
        // An image that is known already goes through no batch, so that each test asks for other candidates.
        using Activity activity = _producer.StartActivity("produce", ActivityKind.Producer)!;
        CaptionImage request = ServiceFixture.Request(sample) with { Candidates = Interlocked.Increment(ref _candidates), Speak = new SpeakOptions() };
        Response<ImageCaptioned, CaptionFailed> answer = await _service.Client.GetResponse<ImageCaptioned, CaptionFailed>(request);
        Assert.IsType<ImageCaptioned>(answer.Message);
        return activity.TraceId;
    }

    private List<Activity> Spans(ActivityTraceId trace) => [.. _spans.Where(span => span.TraceId == trace)];
}
