using Captioning.Contracts;
using Captioning.Worker.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class BrokerTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Feedback_OwnWords_WaitOnTheBusWithThePhoto()
    {
        await using RabbitMqNode node = new();
        await node.StartAsync();
        Uri address = BrowserFixture.NewAddress();
        await using WebApplication service = await BrowserFixture.StartServiceAsync(address, ("Captioning:Broker:Uri", node.Uri.ToString()));
        await using Visit visit = await fixture.VisitAsync(address: address);
        await visit.CaptionSampleAsync("chelsea");
        string judged = await visit.Caption.InnerTextAsync();

        await visit.Page.GetByText("That’s not it").ClickAsync();
        await visit.Page.GetByLabel("Or say it in your own words").FillAsync("  A cat is looking at the camera.  ");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(visit.Page.Locator("#feedback-thanks")).ToHaveTextAsync("Thank you. Your caption was received: “A cat is looking at the camera.”");

        CaptionFeedback feedback = await TakeAsync(node.Uri);
        Assert.Equal("A cat is looking at the camera.", feedback.Caption);
        Assert.Equal(judged, feedback.Judged);
        Assert.Equal(FeedbackVerdict.Wrong, feedback.Verdict);
        Assert.Equal("efficientnet-lite2-260-flickr8k", feedback.Model?.Id);
        Assert.Equal(await File.ReadAllBytesAsync(Repository.Sample("chelsea.png")), Convert.FromBase64String(feedback.Image.Split(";base64,")[1]));
    }

    /// <summary>Takes the feedback that waits in its queue, as a trainer does that comes later.</summary>
    private static async Task<CaptionFeedback> TakeAsync(Uri broker)
    {
        TaskCompletionSource<CaptionFeedback> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IBusControl bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(broker);
            rabbit.ReceiveEndpoint(Topology.Feedback, endpoint =>
            {
                endpoint.SetQuorumQueue();
                endpoint.Handler<CaptionFeedback>(context =>
                {
                    taken.TrySetResult(context.Message);
                    return Task.CompletedTask;
                });
            });
        });
        await bus.StartAsync();
        try
        {
            return await taken.Task.WaitAsync(BrowserFixture.Patience);
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
