using Captioning.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class FeedbackTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Feedback_OwnWords_ArriveOnTheBusWithThePhoto()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("chelsea");
        string judged = await visit.Caption.InnerTextAsync();
        await using Ear ear = await Ear.ListenAsync(fixture.Services);

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByLabel("Or say it in your own words").FillAsync("  A cat is looking at the camera.  ");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(visit.Page.Locator("#feedback-thanks")).ToHaveTextAsync("Thank you. Your caption was received: “A cat is looking at the camera.”");
        await Expect(visit.Page.Locator("#feedback")).ToBeHiddenAsync();
        CaptionFeedback feedback = await ear.Feedback;
        Assert.Equal("A cat is looking at the camera.", feedback.Caption);
        Assert.Equal(judged, feedback.Judged);
        Assert.Equal(FeedbackVerdict.Wrong, feedback.Verdict);
        Assert.Equal("efficientnet-lite2-260-flickr8k", feedback.Model?.Id);
        Assert.Equal(await File.ReadAllBytesAsync(Repository.Sample("chelsea.png")), Convert.FromBase64String(feedback.Image.Split(";base64,")[1]));
    }

    [Fact]
    public async Task Feedback_CandidateIsPicked_ArrivesOnTheBus()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("rocket");
        await using Ear ear = await Ear.ListenAsync(fixture.Services);
        await visit.Page.GetByText("Other captions").ClickAsync();
        string second = await visit.Page.Locator("#candidates .candidate-text").Nth(1).InnerTextAsync();
        await Expect(visit.Page.Locator("#candidates .candidate-score").Nth(1)).ToContainTextAsync("−");

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = second }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        Assert.Equal(second, (await ear.Feedback).Caption);
        await visit.OpenAsync();
        await visit.Cards.First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(visit.Page.Locator("#feedback-thanks")).ToContainTextAsync(second);
    }

    [Fact]
    public async Task Feedback_NothingIsWritten_AsksForASentence()
    {
        await using Visit visit = await fixture.VisitAsync();
        await visit.CaptionSampleAsync("rocket");

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Pick a sentence, or write one.");
        await Expect(visit.Page.GetByLabel("Or say it in your own words")).ToBeFocusedAsync();
    }

    /// <summary>Waits for feedback as another program on the bus does.</summary>
    private sealed class Ear(HostReceiveEndpointHandle endpoint, Task<CaptionFeedback> feedback) : IAsyncDisposable
    {
        public Task<CaptionFeedback> Feedback => feedback.WaitAsync(BrowserFixture.Patience);

        public static async Task<Ear> ListenAsync(IServiceProvider services)
        {
            TaskCompletionSource<CaptionFeedback> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
            HostReceiveEndpointHandle endpoint = services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint(
                $"ear-{Guid.NewGuid():N}",
                configuration => configuration.Handler<CaptionFeedback>(context =>
                {
                    heard.TrySetResult(context.Message);
                    return Task.CompletedTask;
                }));
            await endpoint.Ready;
            return new Ear(endpoint, heard.Task);
        }

        public async ValueTask DisposeAsync() => await endpoint.StopAsync();
    }
}
