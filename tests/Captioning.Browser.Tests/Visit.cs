using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Captioning.Browser.Tests;

/// <summary>A person's visit to the page. It fails at its end where the page complained in the console or asked anything of another origin.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly Uri _address;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<string> _expected = [];

    public Visit(IPage page, Uri address)
    {
        Page = page;
        _address = address;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_address.ToString(), StringComparison.Ordinal) && new Uri(request.Url).Scheme is not ("blob" or "data"))
            {
                _complaints.Enqueue($"The page asked for {request.Url}.");
            }
        };
    }

    public IPage Page { get; }

    public ILocator Cards => Page.Locator("#cards .card");

    public ILocator Caption => Page.Locator("#caption");

    public ILocator Words => Caption.GetByRole(AriaRole.Button);

    public ILocator Overlay => Page.Locator("#overlay");

    public async Task OpenAsync()
    {
        await Page.GotoAsync(_address.ToString());
        await Expect(Page.Locator("#status-text")).ToHaveTextAsync("Ready");
        await Expect(Page.Locator("#samples-list img")).ToHaveCountAsync(Directory.GetFiles(Repository.Samples).Length);
    }

    /// <summary>Presses a sample and waits for its caption.</summary>
    public async Task CaptionSampleAsync(string name)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Sample: {name}" }).ClickAsync();
        await Expect(Page.Locator("#stage")).ToHaveAttributeAsync("data-state", "done");
    }

    /// <summary>Gives photos of the samples by the file dialog, and waits until all are done.</summary>
    public async Task CaptionAsync(params string[] samples)
    {
        await ChooseAsync(Array.ConvertAll(samples, Repository.Sample));
        await AllDoneAsync();
    }

    /// <summary>Gives files by the file dialog.</summary>
    public async Task ChooseAsync(params string[] paths)
    {
        IFileChooser chooser = await Page.RunAndWaitForFileChooserAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Choose photos" }).ClickAsync());
        await chooser.SetFilesAsync(paths);
    }

    /// <summary>Gives a file by the file dialog.</summary>
    public async Task ChooseAsync(string name, byte[] bytes)
    {
        IFileChooser chooser = await Page.RunAndWaitForFileChooserAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Choose photos" }).ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });
    }

    /// <summary>Waits until no photo is waiting or worked on.</summary>
    public Task AllDoneAsync() => Expect(Page.Locator(".card:is([data-state=queued], [data-state=working])")).ToHaveCountAsync(0);

    /// <summary>Hands over a file as the browser does when something is dropped on the page, or pasted.</summary>
    public async Task TransferAsync(string type, string path)
    {
        IJSHandle transfer = await Page.EvaluateHandleAsync(
            """
            ([name, base64]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name));
              return transfer;
            }
            """,
            new[] { Path.GetFileName(path), Convert.ToBase64String(await File.ReadAllBytesAsync(path)) });
        await Page.EvaluateAsync(
            """
            ([type, transfer]) => document.querySelector("main").dispatchEvent(type === "paste"
              ? new ClipboardEvent(type, { clipboardData: transfer, bubbles: true, cancelable: true })
              : new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
            """,
            new object[] { type, transfer });
    }

    /// <summary>What is drawn over the photo, as text; every pixel counts.</summary>
    public Task<string> DrawnAsync() => Overlay.EvaluateAsync<string>("canvas => canvas.toDataURL()");

    /// <summary>Says that the browser will complain of this in the console, as it does of every failed request.</summary>
    public void Expects(string complaint) => _expected.Add(complaint);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        string[] unexpected = [.. _complaints.Where(complaint => !_expected.Exists(expected => complaint.Contains(expected, StringComparison.Ordinal)))];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
    }
}
