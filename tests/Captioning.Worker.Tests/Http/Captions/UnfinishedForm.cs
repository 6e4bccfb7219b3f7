using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Captioning.Worker.Tests.Http.Captions;

/// <summary>A form of a URL and an image, of which the image's last byte is sent only when something has happened.</summary>
internal sealed class UnfinishedForm : HttpContent
{
    private readonly string _url;
    private readonly byte[] _image;
    private readonly Task _until;

    public UnfinishedForm(string url, byte[] image, Task until)
    {
        _url = url;
        _image = image;
        _until = until;
        Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=cut");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await WriteAsync($"--cut\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\n{_url}\r\n--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.bmp\"\r\n\r\n");
        await stream.WriteAsync(_image.AsMemory(..^1));
        await stream.FlushAsync();
        await _until;
        await stream.WriteAsync(_image.AsMemory(^1..));
        await WriteAsync("\r\n--cut--\r\n");

        async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
