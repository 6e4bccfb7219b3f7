namespace Captioning.Trainer.Service;

/// <summary>When the service trains without being told to. Neither is set at first.</summary>
internal sealed class TriggerOptions
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(366);

    /// <summary>As soon as there are so many new captions, from 1 to 1,000,000. Default: never for that reason.</summary>
    public int? AfterItems { get; set; }

    /// <summary>As soon as there is a new caption that has waited for so long, from 1 minute to 366 days. Default: never for that reason.</summary>
    public TimeSpan? Interval { get; set; }

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (AfterItems is < 1 or > 1_000_000)
        {
            errors.Add($"{nameof(AfterItems)} is {AfterItems}; it must be from 1 to 1000000.");
        }

        if (Interval < ShortestInterval || Interval > LongestInterval)
        {
            errors.Add($"{nameof(Interval)} is {Interval}; it must be from {ShortestInterval} to {LongestInterval}.");
        }

        return errors;
    }
}
