namespace Captioning.Worker.Hosting;

/// <summary>There is no engine that works: the request is given back, for a worker that has one.</summary>
internal sealed class EngineUnavailableException(Exception? inner = null) : Exception("There is no engine that works.", inner);
