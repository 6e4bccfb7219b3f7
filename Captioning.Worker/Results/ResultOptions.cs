namespace Captioning.Worker.Results;

/// <summary>How long results are remembered. They are kept in memory: a worker that starts knows nothing.</summary>
internal sealed class ResultOptions
{
    /// <summary>Bytes that all remembered results may take, from 1 MiB to 16 GiB; what was used the longest ago goes first. Default 64 MiB.</summary>
    public long MaxBytes { get; set; } = 64L << 20;

    /// <summary>How long the caption of an image is remembered, from one second to a year. Default one day.</summary>
    public TimeSpan CaptionLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the answer to a request id is remembered, from one second to a year. Default one hour.</summary>
    public TimeSpan AnswerLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (MaxBytes is < 1 << 20 or > 16L << 30)
        {
            errors.Add($"{nameof(MaxBytes)} is {MaxBytes}; it must be from {1 << 20} to {16L << 30}.");
        }

        foreach ((string name, TimeSpan lifetime) in new[] { (nameof(CaptionLifetime), CaptionLifetime), (nameof(AnswerLifetime), AnswerLifetime) })
        {
            if (lifetime < TimeSpan.FromSeconds(1) || lifetime > TimeSpan.FromDays(366))
            {
                errors.Add($"{name} is {lifetime}; it must be from 00:00:01 to 366.00:00:00.");
            }
        }

        return errors;
    }
}
