namespace Captioning.Trainer.Data;

/// <summary>An image with its captions.</summary>
/// <param name="Name">File name, relative to the folder of images.</param>
/// <param name="Captions">The human captions, as written; at least one.</param>
/// <param name="Split">The split that the file of captions puts it in, such as "train"; null where the file knows no splits.</param>
public sealed record DatasetImage(string Name, IReadOnlyList<string> Captions, string? Split = null);
