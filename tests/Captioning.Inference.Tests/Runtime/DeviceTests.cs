using Captioning.Inference.Runtime;

namespace Captioning.Inference.Tests.Runtime;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("CPU", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData(" cuda:3 ", "cuda:3")]
    public void TryParse_KnownDevice_RoundTrips(string text, string expected)
    {
        Assert.True(Device.TryParse(text, out Device device));
        Assert.Equal(expected, device.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cpu:1")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(Device.TryParse(text, out _));
}
