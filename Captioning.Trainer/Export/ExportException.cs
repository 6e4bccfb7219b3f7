namespace Captioning.Trainer.Export;

/// <summary>A model was not written; the message says why.</summary>
public sealed class ExportException(string message) : Exception(message);
