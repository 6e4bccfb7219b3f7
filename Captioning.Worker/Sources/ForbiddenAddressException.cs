namespace Captioning.Worker.Sources;

/// <summary>A host stands for an address that may not be contacted.</summary>
internal sealed class ForbiddenAddressException() : Exception("The host has an address that is not public.");
