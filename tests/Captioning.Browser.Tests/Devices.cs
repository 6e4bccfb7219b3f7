using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>What people look at the page with.</summary>
internal static class Devices
{
    public static BrowserNewContextOptions Desktop(ColorScheme colours = ColorScheme.Light) =>
        new() { ViewportSize = new() { Width = 1280, Height = 860 }, ColorScheme = colours };

    public static BrowserNewContextOptions Phone(ColorScheme colours = ColorScheme.Light) =>
        new() { ViewportSize = new() { Width = 375, Height = 812 }, DeviceScaleFactor = 2, HasTouch = true, IsMobile = true, ColorScheme = colours };
}
