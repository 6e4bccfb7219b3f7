using Captioning.Worker.Http.Feedback;

namespace Captioning.Worker.Http;

/// <summary>The HTTP API and its page.</summary>
internal sealed class HttpOptions
{
    private const int MinKeyLength = 16;

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

    /// <summary>Requests that are worked on at once, 1 to 100,000; the next is to come back later. Default 256.</summary>
    public int Concurrency { get; set; } = 256;

    /// <summary>Requests of one client that are worked on at once, 1 to 100,000. A client is a key, or an address where there are no keys. Default 64.</summary>
    public int ClientConcurrency { get; set; } = 64;

    /// <summary>Captions, speech and feedback that one client may ask for in a minute, from 1 to 1,000,000, or 0 for no limit. Default 12,000.</summary>
    public int ClientRequestsPerMinute { get; set; } = 12_000;

    /// <summary>Keys of those who may use the API, of at least 16 characters. Default: none, and everybody may who reaches it.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>A file of further keys, one a line; empty lines and lines that begin with # are skipped. Default: none.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Images that may wait for their turn, 1 to 1,000,000; who brings more is to come back later. Default 1000.</summary>
    public int MaxQueuedImages { get; set; } = 1000;

    /// <summary>Bytes of images that are being read or captioned at once, from <see cref="MaxUploadBytes"/> to 64 GiB; who brings more is to come back later. Default 512 MiB.</summary>
    public long UploadMemory { get; set; } = 512L << 20;

    /// <summary>Bytes that the captions given lately may take, from 1 MiB to 16 GiB; the oldest go first. Default 32 MiB: some thousands.</summary>
    public long CaptionMemory { get; set; } = 32L << 20;

    /// <summary>Bytes that the images of these captions may take, for feedback and for the page, from 0 (none are kept) to 64 GiB. Default 64 MiB.</summary>
    public long ImageMemory { get; set; } = 64L << 20;

    /// <summary>Bytes that the speech of these captions may take, from 0 (none is kept) to 64 GiB. Default 32 MiB: some hundreds.</summary>
    public long SpeechMemory { get; set; } = 32L << 20;

    /// <summary>Characters of a text to speak at most, 1 to 1,000,000. Default 5000: some minutes of speech.</summary>
    public int MaxSpeechCharacters { get; set; } = 5000;

    /// <summary>How long captions, images and speech are kept at most, from one second to a year. Default one hour.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What people say of captions.</summary>
    public FeedbackOptions Feedback { get; } = new();

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        Check(nameof(MaxUploadBytes), MaxUploadBytes, 1 << 10, 1 << 30);
        Check(nameof(MaxImages), MaxImages, 1, 1000);
        Check(nameof(Concurrency), Concurrency, 1, 100_000);
        Check(nameof(ClientConcurrency), ClientConcurrency, 1, 100_000);
        Check(nameof(ClientRequestsPerMinute), ClientRequestsPerMinute, 0, 1_000_000);
        Check(nameof(MaxQueuedImages), MaxQueuedImages, 1, 1_000_000);
        Check(nameof(UploadMemory), UploadMemory, MaxUploadBytes, 64L << 30);
        Check(nameof(CaptionMemory), CaptionMemory, 1 << 20, 16L << 30);
        Check(nameof(ImageMemory), ImageMemory, 0, 64L << 30);
        Check(nameof(SpeechMemory), SpeechMemory, 0, 64L << 30);
        Check(nameof(MaxSpeechCharacters), MaxSpeechCharacters, 1, 1_000_000);
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{nameof(RequestTimeout)} is {RequestTimeout}; it must be from 00:00:01 to 01:00:00.");
        }

        if (Lifetime < TimeSpan.FromSeconds(1) || Lifetime > TimeSpan.FromDays(366))
        {
            errors.Add($"{nameof(Lifetime)} is {Lifetime}; it must be from 00:00:01 to 366.00:00:00.");
        }

        AddKeyErrors(errors);
        errors.AddRange(Feedback.FindErrors().Select(error => $"{nameof(Feedback)}: {error}"));
        return errors;

        void Check(string name, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}; it must be from {least} to {most}.");
            }
        }
    }

    /// <summary>All keys.</summary>
    /// <exception cref="IOException">Their file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<string> ReadKeys() =>
    [
        .. ApiKeys,
        .. ApiKeyFile is null ? [] : File.ReadAllLines(ApiKeyFile).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'),
    ];

    private void AddKeyErrors(List<string> errors)
    {
        try
        {
            IReadOnlyList<string> keys = ReadKeys();
            if (ApiKeyFile is not null && keys.Count == ApiKeys.Count)
            {
                // Without a key the API would be open to everybody.
                errors.Add($"{nameof(ApiKeyFile)} is '{ApiKeyFile}'; there is no key in it.");
            }

            if (keys.Any(key => key.Length < MinKeyLength))
            {
                errors.Add($"{nameof(ApiKeys)} has a key of less than {MinKeyLength} characters, which can be guessed.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{nameof(ApiKeyFile)} is '{ApiKeyFile}'; it cannot be read: {e.Message}");
        }
    }
}
