namespace Captioning.Contracts;

/// <summary>Which model wrote a caption.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Version">The version of the model of that id.</param>
public sealed record ModelReference(string Id, string Version);
