namespace Captioning.Worker.Inputs;

/// <summary>One image to caption, or an argument that stands for none.</summary>
/// <param name="Path">The path as the user knows it.</param>
/// <param name="Name">The name for what is written about the image: relative, without extension, with the folders below the argument.</param>
/// <param name="Problem">Why there is no image; null where there is one.</param>
internal sealed record InputImage(string Path, string Name, InputProblem? Problem = null);
