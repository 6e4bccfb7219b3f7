namespace Captioning.Inference.Runtime;

/// <summary>A device that was asked for by name cannot be used on this machine or in this build.</summary>
public sealed class DeviceUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="device">The device asked for.</param>
    /// <param name="reason">What the runtime said.</param>
    /// <param name="inner">The runtime's own exception, where there is one.</param>
    public DeviceUnavailableException(Device device, string reason, Exception? inner = null)
        : base($"The device '{device}' cannot be used: {reason}", inner) => Device = device;

    /// <summary>The device asked for.</summary>
    public Device Device { get; }
}
