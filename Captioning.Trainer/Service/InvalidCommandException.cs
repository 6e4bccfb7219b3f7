namespace Captioning.Trainer.Service;

/// <summary>A command is wrong: it goes to the error queue.</summary>
internal sealed class InvalidCommandException(string message) : Exception(message);
