using Microsoft.AspNetCore.Builder;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class OverheadTests(BrowserFixture fixture, Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public async Task Page_FromItsLoadToACaption_IsMeasured()
    {
        // A service that knows no caption yet.
        Uri address = BrowserFixture.NewAddress();
        await using WebApplication service = await BrowserFixture.StartServiceAsync(address);
        await PageTiming.MeasureAsync(fixture.Browser, address, "rocket");

        PageTiming timing = await PageTiming.MeasureAsync(fixture.Browser, address, "coffee");

        Assert.InRange(timing.Engine, TimeSpan.FromMilliseconds(1), timing.Page);
        output.WriteLine($"Page {timing.Page.TotalMilliseconds:0} ms, engine {timing.Engine.TotalMilliseconds:0} ms, overhead {(timing.Page - timing.Engine).TotalMilliseconds:0} ms");
    }
}
