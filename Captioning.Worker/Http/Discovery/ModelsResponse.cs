namespace Captioning.Worker.Http.Discovery;

/// <summary>The models.</summary>
/// <param name="Models">All that are there, ordered by their folders' names.</param>
internal sealed record ModelsResponse(IReadOnlyList<ModelResponse> Models);
