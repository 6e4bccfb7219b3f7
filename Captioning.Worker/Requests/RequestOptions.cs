namespace Captioning.Worker.Requests;

/// <summary>How requests are taken.</summary>
internal sealed class RequestOptions
{
    /// <summary>How often a request is tried again whose source or store failed in a way that may pass, 0 to 10. Default 3.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>The wait before the first of these tries, which doubles with each; from 10 ms to one minute. Default 500 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of one message at most, 1 KiB to 128 MiB; what is larger fails. Default 4 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 4 << 20;

    /// <summary>
    /// How long the broker waits for a request's end before it gives it to another worker, from one minute to one day. It must be
    /// more than a request takes with its batch, its tries and its speech. Default 30 minutes.
    /// </summary>
    public TimeSpan AcknowledgementTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (Retries is < 0 or > 10)
        {
            errors.Add($"{nameof(Retries)} is {Retries}; it must be from 0 to 10.");
        }

        if (RetryDelay < TimeSpan.FromMilliseconds(10) || RetryDelay > TimeSpan.FromMinutes(1))
        {
            errors.Add($"{nameof(RetryDelay)} is {RetryDelay}; it must be from 00:00:00.01 to 00:01:00.");
        }

        if (MaxMessageBytes is < 1 << 10 or > 128 << 20)
        {
            errors.Add($"{nameof(MaxMessageBytes)} is {MaxMessageBytes}; it must be from {1 << 10} to {128 << 20}.");
        }

        if (AcknowledgementTimeout < TimeSpan.FromMinutes(1) || AcknowledgementTimeout > TimeSpan.FromDays(1))
        {
            errors.Add($"{nameof(AcknowledgementTimeout)} is {AcknowledgementTimeout}; it must be from 00:01:00 to 1.00:00:00.");
        }

        return errors;
    }
}
