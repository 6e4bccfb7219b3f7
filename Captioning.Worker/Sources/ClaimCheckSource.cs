using System.Text.RegularExpressions;
using Captioning.Contracts;
using MassTransit;

namespace Captioning.Worker.Sources;

/// <summary>
/// Fetches images that their sender left in MassTransit's message data repository, so that the message holds only the
/// <c>urn:</c> of its data (the claim check pattern).
/// </summary>
internal sealed class ClaimCheckSource(IMessageDataRepository repository, int maxBytes) : IByteSource
{
    private static readonly Regex PlainUrn = new(@"^urn:[a-z0-9-]+(?::[A-Za-z0-9_-]+)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    public IReadOnlyList<string> Schemes { get; } = ["urn"];

    public async Task<byte[]> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        // The file system repository makes a path of the parts and would follow "..", "/etc" or "C:".
        if (!PlainUrn.IsMatch(uri))
        {
            throw new ImageSourceException(FailureReason.ForbiddenSource, uri, "is not the address of message data.");
        }

        try
        {
            await using Stream stream = await repository.Get(new Uri(uri), cancellationToken);
            return await BoundedReader.ReadAsync(stream, stream.CanSeek ? stream.Length - stream.Position : null, maxBytes, cancellationToken)
                ?? throw ImageSourceException.TooLarge(uri, maxBytes);
        }
        catch (ArgumentException e)
        {
            throw new ImageSourceException(FailureReason.ForbiddenSource, uri, "is not the address of message data of this worker's repository.", inner: e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or MessageDataNotFoundException)
        {
            throw new ImageSourceException(FailureReason.NotFound, uri, "is not in the message data repository; it may have expired.", inner: e);
        }
        catch (IOException e)
        {
            throw new ImageSourceException(FailureReason.Internal, uri, "could not be read from the message data repository.", retryable: true, e);
        }
    }
}
