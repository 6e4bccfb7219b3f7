namespace Captioning.Worker.Sources;

/// <summary>Who may be at an IP address.</summary>
internal enum AddressScope
{
    /// <summary>No server that holds images: link-local and cloud metadata, multicast, documentation, tunnels and the like.</summary>
    Reserved,

    /// <summary>This machine or its private network.</summary>
    Private,

    /// <summary>The internet.</summary>
    Public,
}
