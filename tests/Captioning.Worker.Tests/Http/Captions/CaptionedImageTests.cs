using System.Net;
using System.Text.Json;
using ImageMagick;

namespace Captioning.Worker.Tests.Http.Captions;

[Collection(HttpGroup.Name)]
public sealed class CaptionedImageTests(HttpFixture http)
{
    [Fact]
    public async Task GetImage_OfAnUpload_IsAnotherFileOfModerateSize()
    {
        using MagickImage picture = new("gradient:red-blue", 2000, 1000);
        picture.Comment = "a secret";
        using HttpResponseMessage posted = await http.Api.PostAsync(picture.ToByteArray(MagickFormat.Png));
        string path = (await ApiHost.JsonAsync(posted)).GetProperty("links").GetProperty("image").GetString()!;
        using HttpResponseMessage response = await http.Api.Client.GetAsync(path);
        byte[] jpeg = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using MagickImage shown = new(jpeg);
        Assert.Equal((MagickFormat.Jpeg, 1280u, 640u), (shown.Format, shown.Width, shown.Height));
        Assert.Null(shown.Comment);

        using HttpRequestMessage known = new(HttpMethod.Get, path) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        using HttpResponseMessage unchanged = await http.Api.Client.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task GetImage_OfAUrl_IsWhatWasCaptioned()
    {
        GatedPictures.Gate gate = http.Pictures.Hold();
        gate.Opened.SetResult();
        using HttpResponseMessage posted = await http.Api.PostAsync(new { image = gate.Url });
        JsonElement caption = await ApiHost.JsonAsync(posted);

        using MagickImage shown = new(await http.Api.Client.GetByteArrayAsync(caption.GetProperty("links").GetProperty("image").GetString()));
        Assert.Equal((MagickFormat.Jpeg, 8u, 8u), (shown.Format, shown.Width, shown.Height));
    }
}
