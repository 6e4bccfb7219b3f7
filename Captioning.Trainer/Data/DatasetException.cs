namespace Captioning.Trainer.Data;

/// <summary>A data set or a file of captions that cannot be used; the message names the file and the reason.</summary>
public sealed class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
