namespace Captioning.Worker.Http.Discovery;

/// <summary>The sample photos.</summary>
/// <param name="Samples">All that come with the program, by their names.</param>
internal sealed record SamplesResponse(IReadOnlyList<SampleResponse> Samples);
