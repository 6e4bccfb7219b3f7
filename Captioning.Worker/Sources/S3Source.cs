using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Captioning.Contracts;

namespace Captioning.Worker.Sources;

/// <summary>Reads objects of allowed buckets.</summary>
/// <param name="client">The client.</param>
/// <param name="buckets">The names of the buckets.</param>
/// <param name="maxBytes">Bytes of one image at most.</param>
internal sealed class S3Source(IAmazonS3 client, IEnumerable<string> buckets, int maxBytes) : IByteSource
{
    private readonly HashSet<string> _buckets = [.. buckets];

    public IReadOnlyList<string> Schemes { get; } = [S3Uri.Scheme];

    public async Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        if (!S3Uri.TryParse(uri, out S3Uri? name) || !_buckets.Contains(name.Bucket))
        {
            throw new ImageSourceException(FailureReason.ForbiddenSource, uri, "is not an object in a bucket that this worker reads from.");
        }

        try
        {
            using GetObjectResponse response = await client.GetObjectAsync(new GetObjectRequest { BucketName = name.Bucket, Key = name.Key }, cancellationToken);
            return await BoundedReader.ReadAsync(response.ResponseStream, response.ContentLength, maxBytes, cancellationToken)
                ?? throw ImageSourceException.TooLarge(uri, maxBytes);
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode != 0)
        {
            (FailureReason reason, bool retryable) = HttpFailures.Of(e.StatusCode);
            throw new ImageSourceException(reason, uri, $"was refused by S3: {e.ErrorCode ?? e.StatusCode.ToString()}.", retryable, e);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException)
        {
            throw new ImageSourceException(FailureReason.Internal, uri, "could not be read from S3, which did not answer or broke off.", retryable: true, e);
        }
    }
}
