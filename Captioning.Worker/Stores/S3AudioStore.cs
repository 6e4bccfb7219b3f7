using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Stores;

/// <summary>Keeps audio in S3, where an object appears whole or not at all by itself.</summary>
/// <param name="client">The client.</param>
/// <param name="places">Where objects may be written, at any depth: URIs without a slash at the end.</param>
internal sealed class S3AudioStore(IAmazonS3 client, IReadOnlyList<string> places) : IAudioStore
{
    public string Scheme { get; } = S3Uri.Scheme;

    public async Task WriteAsync(string destination, ReadOnlyMemory<byte> wav, CancellationToken cancellationToken)
    {
        if (!S3Uri.TryParse(destination, out S3Uri? name) || !places.Any(place => destination.StartsWith($"{place}/", StringComparison.Ordinal)))
        {
            throw new AudioStoreException(destination, "is not below a place in S3 that this worker writes to.");
        }

        using MemoryStream content = new(wav.ToArray(), writable: false);
        PutObjectRequest request = new()
        {
            BucketName = name.Bucket,
            Key = name.Key,
            InputStream = content,
            ContentType = "audio/wav",

            // Many services other than Amazon's do not know the chunked encoding of signed content.
            UseChunkEncoding = false,
        };
        try
        {
            await client.PutObjectAsync(request, cancellationToken);
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode != 0)
        {
            throw new AudioStoreException(
                destination, $"was refused by S3: {e.ErrorCode ?? e.StatusCode.ToString()}.", HttpFailures.Of(e.StatusCode).Retryable, e);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException)
        {
            throw new AudioStoreException(destination, "could not be written to S3, which did not answer or broke off.", retryable: true, e);
        }
    }
}
