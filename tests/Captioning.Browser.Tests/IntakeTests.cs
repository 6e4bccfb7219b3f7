using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

[Collection(BrowserGroup.Name)]
public sealed class IntakeTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("drop")]
    [InlineData("paste")]
    public async Task Page_PhotoIsGiven_ShowsItsCaption(string how)
    {
        await using Visit visit = await fixture.VisitAsync();

        await visit.TransferAsync(how, Repository.Sample("coffee.png"));

        await Expect(visit.Caption).ToHaveTextAsync(await CaptionAsync("coffee.png"));
        await Expect(visit.Page.Locator("#photo-name")).ToHaveTextAsync("coffee.png");
        await Expect(visit.Page.Locator("#photo-image")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#facts")).ToContainTextAsync("600 × 400 PNG");
    }

    [Fact]
    public async Task Page_SampleIsPressed_ShowsItsCaption()
    {
        await using Visit visit = await fixture.VisitAsync();

        await visit.CaptionSampleAsync("grace hopper");

        await Expect(visit.Caption).ToHaveTextAsync(await CaptionAsync("grace_hopper.jpg"));
    }

    [Fact]
    public async Task Page_SampleIsPressed_IsFetchedThenAndNotSent()
    {
        await using Visit visit = await fixture.VisitAsync(open: false);
        List<IRequest> requests = [];
        visit.Page.Request += (_, request) => requests.Add(request);
        await visit.OpenAsync();
        Assert.DoesNotContain(requests, request => request.Url.EndsWith("/v1/samples/coffee.png", StringComparison.Ordinal));

        await visit.CaptionSampleAsync("coffee");

        await Expect(visit.Page.Locator("#photo-image")).ToHaveJSPropertyAsync("naturalWidth", 600);
        await Expect(visit.Cards.Locator("img")).ToBeVisibleAsync();
        IRequest sent = Assert.Single(requests, request => request.Method == "POST");
        Assert.InRange(sent.PostDataBuffer!.Length, 1, 200);
    }

    [Fact]
    public async Task Page_FileIsDraggedOver_SaysThatItCanBeDropped()
    {
        await using Visit visit = await fixture.VisitAsync();
        ILocator veil = visit.Page.GetByText("Drop to caption");
        await Expect(veil).ToBeHiddenAsync();

        await visit.TransferAsync("dragenter", Repository.Sample("coffee.png"));
        await Expect(veil).ToBeVisibleAsync();

        await visit.TransferAsync("dragleave", Repository.Sample("coffee.png"));
        await Expect(veil).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Page_AddressIsGiven_ShowsThePhotoAndItsCaption()
    {
        await using Visit visit = await fixture.VisitAsync();

        await visit.Page.GetByLabel("Web address of a photo").FillAsync(new Uri(fixture.Address, "v1/samples/rocket.jpg").ToString());
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Caption).ToHaveTextAsync(await CaptionAsync("rocket.jpg"));
        await Expect(visit.Page.Locator("#photo-image")).ToBeVisibleAsync();
        await Expect(visit.Cards.Locator("img")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_PhotoTheBrowserCannotDraw_IsShownByTheService()
    {
        await using Visit visit = await fixture.VisitAsync();

        await visit.ChooseAsync(Repository.Data("rocket-exif-6.heic"));

        await Expect(visit.Page.Locator("#stage")).ToHaveAttributeAsync("data-state", "done");
        await Expect(visit.Page.Locator("#photo-image")).ToBeVisibleAsync();
        await Expect(visit.Cards.Locator("img")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_SeveralPhotos_ShowsEachOnesStateAndCaption()
    {
        await using Visit visit = await fixture.VisitAsync();
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Page.RouteAsync("**/v1/captions", async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        string[] samples = ["astronaut.png", "chelsea.png", "coffee.png", "grace_hopper.jpg", "rocket.jpg"];

        await visit.ChooseAsync(Array.ConvertAll(samples, Repository.Sample));
        await Expect(visit.Cards.Locator("img:visible")).ToHaveCountAsync(5);
        await Expect(visit.Page.Locator(".card[data-state=working]")).ToHaveCountAsync(4);
        await Expect(visit.Page.Locator(".card[data-state=queued]")).ToHaveCountAsync(1);
        gate.SetResult();
        await visit.AllDoneAsync();

        foreach (string sample in samples)
        {
            await Expect(visit.Cards.Filter(new() { HasText = sample }).Locator(".card-caption")).ToHaveTextAsync(await CaptionAsync(sample));
        }

        await Expect(visit.Page.Locator("#photo-name")).ToHaveTextAsync("astronaut.png");
    }

    [Fact]
    public async Task Page_BadFileAmongOthers_ShowsItsReason()
    {
        await using Visit visit = await fixture.VisitAsync();
        visit.Expects("415");
        await visit.CaptionAsync("coffee.png");

        await visit.ChooseAsync("notes.txt", "These are no pixels."u8.ToArray());
        await visit.AllDoneAsync();

        await Expect(visit.Page.Locator(".card[data-state=failed]")).ToContainTextAsync("notes.txt");
        await Expect(visit.Page.Locator(".card[data-state=done]")).ToContainTextAsync("coffee.png");
        ILocator failure = visit.Page.Locator("#failure");
        await Expect(failure).ToContainTextAsync("This is not supported");
        await Expect(failure).ToContainTextAsync("notes.txt");
        await Expect(failure.GetByRole(AriaRole.Button)).ToBeHiddenAsync();
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("notes.txt: This is not supported");
    }

    [Fact]
    public async Task Page_PhotoLargerThanTheServiceTakes_IsNotSent()
    {
        await using Visit visit = await fixture.VisitAsync();
        List<string> sent = [];
        visit.Page.Request += (_, request) => sent.Add(request.Url);
        await visit.Page.RouteAsync("**/v1/status", async route =>
        {
            IAPIResponse response = await route.FetchAsync();
            await route.FulfillAsync(new()
            {
                Response = response,
                Body = (await response.TextAsync()).Replace("\"maxUploadBytes\":67108864", "\"maxUploadBytes\":100000", StringComparison.Ordinal),
            });
        });
        await visit.OpenAsync();

        await visit.ChooseAsync(Repository.Sample("astronaut.png"));

        await Expect(visit.Page.Locator("#failure")).ToContainTextAsync("'astronaut.png' has 792 kB, and the service takes 100 kB.");
        Assert.DoesNotContain(sent, url => url.EndsWith("/v1/captions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ServiceAsksToComeBackLater_DoesSo()
    {
        await using Visit visit = await fixture.VisitAsync();
        visit.Expects("429");
        int refusals = 3;
        await visit.Page.RouteAsync("**/v1/captions", route => Interlocked.Decrement(ref refusals) >= 0
            ? route.FulfillAsync(new() { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "0.2" }, ContentType = "application/problem+json", Body = "{}" })
            : route.ContinueAsync());

        await visit.CaptionAsync("coffee.png", "chelsea.png", "rocket.jpg");

        await Expect(visit.Page.Locator(".card[data-state=done]")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Page_ServiceCannotBeReached_OffersToTryAgain()
    {
        await using Visit visit = await fixture.VisitAsync();
        visit.Expects("ERR_CONNECTION_REFUSED");
        await visit.Page.RouteAsync("**/v1/captions", route => route.AbortAsync("connectionrefused"));
        await visit.CaptionAsync("coffee.png");
        await Expect(visit.Page.Locator("#failure")).ToContainTextAsync("The service cannot be reached");

        await visit.Page.UnrouteAllAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(visit.Caption).ToHaveTextAsync(await CaptionAsync("coffee.png"));
    }

    /// <summary>What a program is told that the sample shows.</summary>
    private async Task<string> CaptionAsync(string sample)
    {
        using HttpClient http = new() { BaseAddress = fixture.Address };
        using ByteArrayContent photo = new(await File.ReadAllBytesAsync(Repository.Sample(sample)));
        photo.Headers.ContentType = new("application/octet-stream");
        using HttpResponseMessage answer = await http.PostAsync("v1/captions", photo);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("caption").GetString()!;
    }
}
