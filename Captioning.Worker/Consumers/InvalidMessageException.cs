namespace Captioning.Worker.Consumers;

/// <summary>A message is no request and there is nobody to tell: it goes to the error queue.</summary>
internal sealed class InvalidMessageException(string message, Exception? inner = null) : Exception(message, inner);
