using Microsoft.Playwright;

namespace Captioning.Browser.Tests;

/// <summary>The Chromium of the machine, driven by Playwright.</summary>
internal static class Chromium
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    /// <param name="playwright">The driver.</param>
    /// <param name="mayPlay">Whether pages may play sound that nobody asked for; false: Chromium's own policy.</param>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright, bool mayPlay)
    {
        string program = Array.Find(Programs, File.Exists)
            ?? throw new FileNotFoundException("The page's tests need Chromium, which is not installed: sudo apt-get install chromium");
        List<string> arguments = ["--mute-audio"];
        if (mayPlay)
        {
            arguments.Add("--autoplay-policy=no-user-gesture-required");
        }

        // Chromium's own sandbox refuses to work for root.
        return playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = arguments, ChromiumSandbox = Environment.UserName != "root" });
    }
}
