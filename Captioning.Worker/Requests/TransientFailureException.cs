namespace Captioning.Worker.Requests;

/// <summary>A request failed in a way that may pass soon: it is tried again, after a while.</summary>
internal sealed class TransientFailureException(string message, Exception inner) : Exception(message, inner);
