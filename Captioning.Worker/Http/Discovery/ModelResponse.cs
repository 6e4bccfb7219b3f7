namespace Captioning.Worker.Http.Discovery;

/// <summary>A model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Architecture"><c>attention</c>, which can tell where it looked, or <c>merge</c>.</param>
/// <param name="License">The licence of its weights, as an SPDX expression.</param>
/// <param name="Scores">Scores of the COCO caption evaluation, such as <c>cider</c>, by their names.</param>
/// <param name="Current">Whether it is the one that answers.</param>
internal sealed record ModelResponse(
    string Id, string Version, string? Description, string Architecture, string License, IReadOnlyDictionary<string, double>? Scores, bool Current);
