using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Captioning.Inference.Speech;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Stores;

/// <summary>Keeps audio in S3, where an object appears whole or not at all by itself.</summary>
/// <param name="client">The client.</param>
/// <param name="places">Where objects may be written, at any depth: URIs without a slash at the end.</param>
internal sealed class S3AudioStore(IAmazonS3 client, IReadOnlyList<string> places) : IAudioStore
{
    public string Scheme { get; } = S3Uri.Scheme;

    public Task WriteAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken) =>
        RunAsync(destination, name => PutAsync(name, wav, onlyNew: false, cancellationToken));

    public Task<byte[]?> AddAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken) => RunAsync(
        destination,
        async name => await PutAsync(name, wav, onlyNew: true, cancellationToken) ? null : await StartAsync(name, cancellationToken));

    private async Task<T> RunAsync<T>(string destination, Func<S3Uri, Task<T>> work)
    {
        if (!S3Uri.TryParse(destination, out S3Uri? name) || !places.Any(place => destination.StartsWith($"{place}/", StringComparison.Ordinal)))
        {
            throw new AudioStoreException(destination, "is not below a place in S3 that this worker writes to.");
        }

        try
        {
            return await work(name);
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode != 0)
        {
            // Where two workers write the same object at once, S3 may ask one of them to try again.
            bool retryable = e.StatusCode == HttpStatusCode.Conflict || HttpFailures.Of(e.StatusCode).Retryable;
            throw new AudioStoreException(destination, $"was refused by S3: {e.ErrorCode ?? e.StatusCode.ToString()}.", retryable, e);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException)
        {
            throw new AudioStoreException(destination, "could not be written to S3, which did not answer or broke off.", retryable: true, e);
        }
    }

    /// <returns>False where there is such an object already and only a new one was to be written.</returns>
    private async Task<bool> PutAsync(S3Uri name, ReadOnlyMemory<byte> wav, bool onlyNew, CancellationToken cancellationToken)
    {
        using MemoryStream content = new(wav.ToArray(), writable: false);
        PutObjectRequest request = new()
        {
            BucketName = name.Bucket,
            Key = name.Key,
            InputStream = content,
            ContentType = "audio/wav",

            // Many services other than Amazon's do not know the chunked encoding of signed content.
            UseChunkEncoding = false,
            IfNoneMatch = onlyNew ? "*" : null,
        };
        try
        {
            await client.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonServiceException e) when (onlyNew && e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (AmazonServiceException e) when (onlyNew && e.StatusCode == HttpStatusCode.NotImplemented)
        {
            // A service without conditional writes: the newest stays, as close to the promise as it gets there.
            return await PutAsync(name, wav, onlyNew: false, cancellationToken);
        }
    }

    private async Task<byte[]> StartAsync(S3Uri name, CancellationToken cancellationToken)
    {
        GetObjectRequest request = new() { BucketName = name.Bucket, Key = name.Key, ByteRange = new ByteRange(0, WavHeader.Length - 1) };
        using GetObjectResponse response = await client.GetObjectAsync(request, cancellationToken);
        byte[] start = new byte[WavHeader.Length];
        return start[..await response.ResponseStream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken)];
    }
}
