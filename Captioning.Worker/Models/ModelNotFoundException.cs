namespace Captioning.Worker.Models;

/// <summary>There is no model of the name that was asked for; the message says where was looked and what is there.</summary>
internal sealed class ModelNotFoundException(string message) : Exception(message);
