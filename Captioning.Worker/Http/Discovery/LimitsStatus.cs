namespace Captioning.Worker.Http.Discovery;

/// <summary>What the worker takes at once.</summary>
/// <param name="MaxUploadBytes">Bytes of a request's body, at most.</param>
/// <param name="MaxImages">Images of a request, at most.</param>
internal sealed record LimitsStatus(long MaxUploadBytes, int MaxImages);
