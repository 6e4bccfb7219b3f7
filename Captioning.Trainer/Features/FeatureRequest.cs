namespace Captioning.Trainer.Features;

/// <summary>An image and the views of it whose features are wanted.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Views">The views, each once.</param>
internal sealed record FeatureRequest(string Path, IReadOnlyList<ImageView> Views);
