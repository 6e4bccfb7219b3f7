using System.Net;
using System.Text;
using System.Text.Json;
using Captioning.Inference.Tests.Images;
using ImageMagick;

namespace Captioning.Worker.Tests.Http.Captions;

/// <summary>The images that the engine refuses: each is answered with a problem that says why, and none with a fault of the worker's.</summary>
[Collection(HttpGroup.Name)]
public sealed class BadImageTests(HttpFixture http)
{
    public static TheoryData<string> Texts =>
    [
        "hello, this is text",
        "BMW is a maker of cars, and this is a text about them",
        "@/etc/passwd",
        "https://example.com/photo.png",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
        "push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://example.com/'\npop graphic-context",
        "%!PS-Adobe-3.0 EPSF-3.0\nshowpage",
        "%PDF-1.7\n",
        "<!DOCTYPE html><html></html>",
        "PK\u0003\u0004 and so on",
        "GIF88a",
        "\0\0\0\u0001",
    ];

    public static TheoryData<MagickFormat> Formats =>
        [MagickFormat.Jpeg, MagickFormat.Pjpeg, MagickFormat.Png, MagickFormat.WebP, MagickFormat.Gif, MagickFormat.Bmp, MagickFormat.Tiff, MagickFormat.Avif];

    [Theory]
    [MemberData(nameof(Texts))]
    public Task Post_NoPhoto_IsUnsupported(string content) => RefusedAsync(Encoding.UTF8.GetBytes(content), HttpStatusCode.UnsupportedMediaType, "Unsupported");

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Post_CutShort_IsUnreadable(MagickFormat format)
    {
        using MagickImage picture = new("gradient:red-blue", 300, 200);
        byte[] bytes = picture.ToByteArray(format);

        foreach (double part in new[] { 0.95, 0.1 })
        {
            await RefusedAsync(bytes[..(int)(bytes.Length * part)], HttpStatusCode.UnprocessableEntity, "Unreadable");
        }
    }

    [Theory]
    [InlineData("FFD8FF")]
    [InlineData("FFD8FFE000104A46494600")]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("4749463839610A000A00")]
    [InlineData("49492A0008000000")]
    [InlineData("524946460000000057454250")]
    [InlineData("0000001466747970617669660000000061766966")]
    [InlineData("0000001466747970686569630000000068656963")]
    [InlineData("FFFFFFFF6674797068656963")]
    public Task Post_NothingButASignature_IsUnreadable(string hex) => RefusedAsync(Convert.FromHexString(hex), HttpStatusCode.UnprocessableEntity, "Unreadable");

    [Fact]
    public Task Post_Empty_IsUnreadable() => RefusedAsync([], HttpStatusCode.UnprocessableEntity, "Unreadable");

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(90_000_000, 1)]
    public Task Post_Bomb_IsTooLarge(int width, int height) =>
        RefusedAsync(HandMadePng.Encode(width, height, bitDepth: 8, colourType: 2, [0]), HttpStatusCode.RequestEntityTooLarge, "TooLarge");

    [Theory]
    [InlineData("https://127.0.0.1/a.jpg", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("http://169.254.169.254/latest/meta-data", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("http://[::1]/a.jpg", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("file:///etc/passwd", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("s3://bucket/a.jpg", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("urn:file:a", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("/etc/passwd", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("/v1/samples/none.png", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("/v1/samples/../captioning.dll", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("", HttpStatusCode.Forbidden, "ForbiddenSource")]
    [InlineData("data:text/html;base64,AAAA", HttpStatusCode.UnsupportedMediaType, "Unsupported")]
    [InlineData("data:image/png;base64,A", HttpStatusCode.UnprocessableEntity, "Unreadable")]
    public async Task Post_BadUri_IsRefused(string uri, HttpStatusCode status, string reason)
    {
        using HttpResponseMessage response = await http.Api.PostAsync(new { image = uri });

        await AssertAsync(response, status, reason);
    }

    private async Task RefusedAsync(byte[] bytes, HttpStatusCode status, string reason)
    {
        using MultipartFormDataContent form = ApiHost.Form(("image", ("holiday.jpg", bytes)));
        using HttpResponseMessage uploaded = await http.Api.Client.PostAsync("/v1/captions", form);
        JsonElement problem = await AssertAsync(uploaded, status, reason);
        Assert.Equal("holiday.jpg", problem.GetProperty("name").GetString());
        Assert.StartsWith("holiday.jpg: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        using HttpResponseMessage raw = await http.Api.PostAsync(bytes);
        await AssertAsync(raw, status, reason);
    }

    private static async Task<JsonElement> AssertAsync(HttpResponseMessage response, HttpStatusCode status, string reason)
    {
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        JsonElement problem = await ApiHost.JsonAsync(response);
        Assert.Equal((reason, (int)status), (problem.GetProperty("reason").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.False(problem.GetProperty("retryable").GetBoolean());
        return problem;
    }
}
