using System.Net;
using System.Text.Json;
using Captioning.Worker.Tests.Broker;

namespace Captioning.Worker.Tests.Http.Captions;

/// <summary>Requests that are wrong, whatever their image.</summary>
[Collection(HttpGroup.Name)]
public sealed class CaptionRequestTests(HttpFixture http)
{
    private const string Uri = "data:image/png;base64,AAAA";

    [Theory]
    [InlineData("candidates=0", "candidates is 0; it must be from 1 to 20")]
    [InlineData("candidates=many", "candidates is 'many', which is no whole number")]
    [InlineData("beam=21", "beam is 21; it must be from 1 to 20")]
    [InlineData("attention=perhaps", "attention is 'perhaps'; it must be true or false")]
    [InlineData("speed=9", "speed is 9; it must be from 0.25 to 4")]
    [InlineData("speed=NaN", "speed is NaN")]
    [InlineData("deadline=soon", "deadline is 'soon', which is no time")]
    [InlineData("requestId=%20", "requestId is empty")]
    [InlineData("voice=nobody", "There is no voice 'nobody'. There are: en_US-joe-medium.")]
    [InlineData("candidate=2", "there is no option 'candidate'")]
    public async Task Post_WrongQuery_SaysWhatIsWrong(string query, string problem)
    {
        using HttpResponseMessage response = await http.Api.PostAsync(SmallImages.Bmp(1), $"?{query}");

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", problem);
    }

    [Theory]
    [InlineData("{", "its JSON cannot be read")]
    [InlineData("null", "its JSON is null")]
    [InlineData("{}", "its JSON must have either image or images")]
    [InlineData($$"""{"image": "{{Uri}}", "images": []}""", "its JSON must have either image or images")]
    [InlineData("""{"images": []}""", "there is no image in it")]
    [InlineData($$"""{"image": "{{Uri}}", "candidate": 2}""", "at $.candidate (line 1")]
    [InlineData($$"""{"image": "{{Uri}}", "candidates": "2"}""", "at $.candidates (line 1")]
    [InlineData("""{"image": "data:,", "speak": {"destination": "file:///a.wav"}}""", "at $.destination (line 1")]
    [InlineData($$"""{"images": ["{{Uri}}", "{{Uri}}"], "requestId": "1"}""", "requestId names one image, and there are several")]
    [InlineData("""{"images": [null]}""", "an image is null")]
    public async Task Post_WrongJson_SaysWhatIsWrong(string json, string problem)
    {
        using StringContent content = new(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", content);

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", problem);
    }

    [Theory]
    [InlineData("", "its Content-Type has no boundary")]
    [InlineData("; boundary=cut", "its form cannot be read")]
    [InlineData("; boundary=other", "its form cannot be read")]
    public async Task Post_BrokenForm_SaysWhatIsWrong(string boundary, string problem)
    {
        using StringContent content = new("--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\nabc");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data{boundary}");
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", content);

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", problem);
    }

    [Fact]
    public async Task Post_FormWithoutImage_SaysHowToSendOne()
    {
        using MultipartFormDataContent form = ApiHost.Form(("candidates", "2"));
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", form);

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", "put photos into fields called image");
    }

    [Fact]
    public async Task Post_FormWithOtherField_NamesIt()
    {
        using MultipartFormDataContent form = ApiHost.Form(("file", ("a.bmp", SmallImages.Bmp(1))));
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", form);

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", "there is no option 'file'");
    }

    [Fact]
    public async Task Post_OptionAfterSeveralImages_IsRefused()
    {
        using MultipartFormDataContent form = ApiHost.Form(
            ("image", ("a.bmp", SmallImages.Bmp(1))), ("image", ("b.bmp", SmallImages.Bmp(2))), ("candidates", "2"));
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", form);

        await AssertAsync(response, HttpStatusCode.BadRequest, "InvalidRequest", "put it before them");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Post_OtherContentType_IsUnsupported(string? type)
    {
        using ByteArrayContent content = new(SmallImages.Bmp(1));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/captions", content);

        await AssertAsync(response, HttpStatusCode.UnsupportedMediaType, "Unsupported", "it must be multipart/form-data, application/json, image/... or application/octet-stream");
    }

    [Fact]
    public async Task Post_OtherModel_IsUnsupported()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(SmallImages.Bmp(1), "?model=other");

        await AssertAsync(response, HttpStatusCode.UnsupportedMediaType, "Unsupported", "serves the model 'efficientnet-lite2-260-flickr8k', not 'other'");
    }

    [Fact]
    public async Task Post_DeadlineThatHasPassed_IsExpired()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(SmallImages.Bmp(1), "?deadline=2020-01-01T00:00:00Z");

        await AssertAsync(response, HttpStatusCode.RequestTimeout, "Expired", "2020-01-01");
    }

    private static async Task AssertAsync(HttpResponseMessage response, HttpStatusCode status, string reason, string detail)
    {
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        JsonElement problem = await ApiHost.JsonAsync(response);
        Assert.Equal(reason, problem.GetProperty("reason").GetString());
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
