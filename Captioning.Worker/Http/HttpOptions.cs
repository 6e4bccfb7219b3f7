namespace Captioning.Worker.Http;

/// <summary>The HTTP API and its page.</summary>
internal sealed class HttpOptions
{
    /// <summary>Bytes of one request's body at most, from 1 KiB to 1 GiB; one image may not be larger than <c>Sources:MaxBytes</c> either. Default 64 MiB.</summary>
    public int MaxUploadBytes { get; set; } = 64 << 20;

    /// <summary>Images of one request at most, 1 to 1000. Default 32.</summary>
    public int MaxImages { get; set; } = 32;

    /// <summary>
    /// Whether clients may name images by <c>file:</c>, <c>s3:</c> and <c>urn:</c> URIs, as messages may, where <c>Sources</c> opens
    /// them. Default false: by <c>http:</c>, <c>https:</c> and <c>data:</c> only.
    /// </summary>
    public bool WorkerSources { get; set; }

    /// <summary>How long one request may take to be answered, from one second to one hour. Default 2 minutes.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Images that may wait for their turn, 1 to 1,000,000; who brings more is to come back later. Default 1000.</summary>
    public int MaxQueuedImages { get; set; } = 1000;

    /// <summary>Bytes of images that are being read or captioned at once, from <see cref="MaxUploadBytes"/> to 64 GiB; who brings more is to come back later. Default 512 MiB.</summary>
    public long UploadMemory { get; set; } = 512L << 20;

    /// <summary>Bytes that the captions given lately may take, from 1 MiB to 16 GiB; the oldest go first. Default 32 MiB: some thousands.</summary>
    public long CaptionMemory { get; set; } = 32L << 20;

    /// <summary>Bytes that the images of these captions may take, for feedback and for the page, from 0 (none are kept) to 64 GiB. Default 64 MiB.</summary>
    public long ImageMemory { get; set; } = 64L << 20;

    /// <summary>How long captions, images and speech are kept at most, from one second to a year. Default one hour.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (MaxUploadBytes is < 1 << 10 or > 1 << 30)
        {
            errors.Add($"{nameof(MaxUploadBytes)} is {MaxUploadBytes}; it must be from {1 << 10} to {1 << 30}.");
        }

        if (MaxImages is < 1 or > 1000)
        {
            errors.Add($"{nameof(MaxImages)} is {MaxImages}; it must be from 1 to 1000.");
        }

        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{nameof(RequestTimeout)} is {RequestTimeout}; it must be from 00:00:01 to 01:00:00.");
        }

        if (MaxQueuedImages is < 1 or > 1_000_000)
        {
            errors.Add($"{nameof(MaxQueuedImages)} is {MaxQueuedImages}; it must be from 1 to 1000000.");
        }

        if (UploadMemory < MaxUploadBytes || UploadMemory > 64L << 30)
        {
            errors.Add($"{nameof(UploadMemory)} is {UploadMemory}; it must be from {nameof(MaxUploadBytes)} ({MaxUploadBytes}) to {64L << 30}.");
        }

        if (CaptionMemory is < 1 << 20 or > 16L << 30)
        {
            errors.Add($"{nameof(CaptionMemory)} is {CaptionMemory}; it must be from {1 << 20} to {16L << 30}.");
        }

        if (ImageMemory is < 0 or > 64L << 30)
        {
            errors.Add($"{nameof(ImageMemory)} is {ImageMemory}; it must be from 0 to {64L << 30}.");
        }

        if (Lifetime < TimeSpan.FromSeconds(1) || Lifetime > TimeSpan.FromDays(366))
        {
            errors.Add($"{nameof(Lifetime)} is {Lifetime}; it must be from 00:00:01 to 366.00:00:00.");
        }

        return errors;
    }
}
