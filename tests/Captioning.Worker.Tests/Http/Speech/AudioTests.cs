using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Captioning.Worker.Tests.Broker;

namespace Captioning.Worker.Tests.Http.Speech;

[Collection(HttpGroup.Name)]
public sealed class AudioTests(HttpFixture http)
{
    private const int Header = 44;

    [Fact]
    public async Task GetAudio_OfACaption_IsAWavFileThatStaysTheSame()
    {
        string path = await CaptionAsync();
        using HttpResponseMessage response = await http.Api.Client.GetAsync(path);
        byte[] wav = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal((HttpStatusCode.OK, "audio/wav"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        AssertWav(wav);
        Assert.Equal(wav.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(4)));
        Assert.Null(response.Content.Headers.ContentDisposition);
        EntityTagHeaderValue tag = response.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using HttpResponseMessage again = await http.Api.Client.GetAsync(path);
        Assert.Equal(tag, again.Headers.ETag);
        Assert.Equal(wav, await again.Content.ReadAsByteArrayAsync());

        using HttpResponseMessage faster = await http.Api.Client.GetAsync($"{path}?speed=2&download=1");
        Assert.InRange((await faster.Content.ReadAsByteArrayAsync()).Length, Header, wav.Length - 1);
        Assert.Equal("attachment", faster.Content.Headers.ContentDisposition?.DispositionType);

        using HttpRequestMessage head = new(HttpMethod.Head, path);
        using HttpResponseMessage headers = await http.Api.Client.SendAsync(head);
        Assert.Equal((HttpStatusCode.OK, (long?)wav.Length, tag), (headers.StatusCode, headers.Content.Headers.ContentLength, headers.Headers.ETag));

        await AssertRangeAsync(HttpStatusCode.PartialContent, wav[10..20], null);
        await AssertRangeAsync(HttpStatusCode.PartialContent, wav[10..20], tag);
        await AssertRangeAsync(HttpStatusCode.OK, wav, new EntityTagHeaderValue("\"other\""));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await RangeAsync(path, wav.Length, null, null)).Status);

        using HttpRequestMessage known = new(HttpMethod.Get, path) { Headers = { IfNoneMatch = { tag } } };
        using HttpResponseMessage unchanged = await http.Api.Client.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        async Task AssertRangeAsync(HttpStatusCode status, byte[] bytes, EntityTagHeaderValue? ifRange)
        {
            (HttpStatusCode actual, byte[] answer) = await RangeAsync(path, 10, 19, ifRange);
            Assert.Equal(status, actual);
            Assert.Equal(bytes, answer);
        }
    }

    [Theory]
    [InlineData("voice=nobody", "There is no voice 'nobody'")]
    [InlineData("speed=5", "speed is 5")]
    [InlineData("speed=fast", "speed")]
    public async Task GetAudio_WrongQuery_SaysWhatIsWrong(string query, string problem)
    {
        using HttpResponseMessage response = await http.Api.Client.GetAsync($"{await CaptionAsync()}?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement json = await ApiHost.JsonAsync(response);
        Assert.Equal("InvalidRequest", json.GetProperty("reason").GetString());
        Assert.Contains(problem, json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_Speak_HasSpokenWhenItIsAnswered()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(SmallImages.Bmp(1), "?speak=true&speed=2");
        JsonElement caption = await ApiHost.JsonAsync(response);

        JsonElement audio = caption.GetProperty("audio");
        string path = caption.GetProperty("links").GetProperty("audio").GetString()!;
        Assert.Equal((path, "en_US-joe-medium", 22050), (audio.GetProperty("uri").GetString(), audio.GetProperty("voice").GetString(), audio.GetProperty("sampleRate").GetInt32()));
        Assert.True(caption.GetProperty("timings").GetProperty("speech").GetDouble() >= 0);

        // The link speaks as was asked for.
        byte[] wav = await http.Api.Client.GetByteArrayAsync(path);
        Assert.Equal(audio.GetProperty("duration").GetDouble(), (wav.Length - Header) / 2 / 22050.0, 3);
    }

    [Fact]
    public async Task PostSpeech_Sentences_AreAWavFileWithoutLength()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(new { text = "A dog runs. A cat sleeps.", speed = 2 }, "/v1/speech");
        byte[] wav = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal((HttpStatusCode.OK, "audio/wav", true), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.TransferEncodingChunked));
        AssertWav(wav);
        Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(wav.AsSpan(40)));
    }

    [Fact]
    public async Task PostSpeech_NothingToSay_IsAWavFileWithoutSamples()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(new { text = " ... " }, "/v1/speech");
        byte[] wav = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(Header, wav.Length);
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(wav.AsSpan(40)));
    }

    [Theory]
    [InlineData("""{"text": "Hello.", "voice": "nobody"}""", "There is no voice 'nobody'")]
    [InlineData("""{"text": "Hello.", "speed": 0.1}""", "speed is 0.1")]
    [InlineData("""{"voice": "en_US-joe-medium"}""", "lacks a member")]
    [InlineData("""{"text": null}""", "text is null")]
    public async Task PostSpeech_WrongRequest_SaysWhatIsWrong(string request, string problem)
    {
        using StringContent content = new(request, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.Api.Client.PostAsync("/v1/speech", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(problem, (await ApiHost.JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostSpeech_LongText_IsTooLarge()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(new { text = new string('a', 5001) }, "/v1/speech");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Audio_WithoutVoices_IsUnavailableAndTheCaptionIsThere()
    {
        using TemporaryFolder empty = new();
        await using ApiHost api = await ApiHost.StartAsync([("Captioning:Engine:Voices", empty.Root)]);
        using HttpResponseMessage response = await api.PostAsync(SmallImages.Bmp(1), "?speak=true");
        JsonElement caption = await ApiHost.JsonAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("Speech is unavailable", caption.GetProperty("speechError").GetString(), StringComparison.Ordinal);
        using HttpResponseMessage audio = await api.Client.GetAsync(caption.GetProperty("links").GetProperty("audio").GetString());
        using HttpResponseMessage speech = await api.PostAsync(new { text = "Hello." }, "/v1/speech");
        foreach (HttpResponseMessage failed in new[] { audio, speech })
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (failed.StatusCode, failed.Content.Headers.ContentType?.MediaType));
            Assert.NotNull(failed.Headers.RetryAfter);
        }

        JsonElement status = JsonSerializer.Deserialize<JsonElement>(await api.Client.GetStringAsync("/v1/status"));
        Assert.False(status.GetProperty("speech").GetBoolean());
        JsonElement voices = JsonSerializer.Deserialize<JsonElement>(await api.Client.GetStringAsync("/v1/voices"));
        Assert.Equal(JsonValueKind.Null, voices.GetProperty("default").ValueKind);
    }

    private static void AssertWav(byte[] wav)
    {
        Assert.True(wav.AsSpan().StartsWith("RIFF"u8));
        Assert.True(wav.AsSpan(8).StartsWith("WAVEfmt "u8));
        Assert.True(wav.AsSpan(36).StartsWith("data"u8));
        Assert.True(wav.Length > 10_000, $"There are {wav.Length} bytes of speech.");
        Assert.Contains(wav[Header..], sample => sample > 10);
    }

    private async Task<string> CaptionAsync()
    {
        using HttpResponseMessage response = await http.Api.PostAsync(SmallImages.Bmp(1));
        return (await ApiHost.JsonAsync(response)).GetProperty("links").GetProperty("audio").GetString()!;
    }

    private async Task<(HttpStatusCode Status, byte[] Bytes)> RangeAsync(string path, long from, long? to, EntityTagHeaderValue? ifRange)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(from, to) } };
        if (ifRange is not null)
        {
            request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        }

        using HttpResponseMessage response = await http.Api.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
