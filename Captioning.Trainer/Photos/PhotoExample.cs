namespace Captioning.Trainer.Photos;

/// <summary>A photo to learn from.</summary>
/// <param name="Captions">Its captions' tokens, without begin and end.</param>
/// <param name="Path">The image file.</param>
internal sealed record PhotoExample(int[][] Captions, string Path);
