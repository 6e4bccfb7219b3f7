namespace Captioning.Worker.Http.Feedback;

/// <summary>What people say of captions.</summary>
internal sealed class FeedbackOptions
{
    /// <summary>Whether it is taken. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where it is written where there is no broker: a folder's path. Default: the folder <c>feedback</c> in the working directory.</summary>
    public string Folder { get; set; } = "feedback";

    /// <summary>
    /// Bytes of an image that a message to the broker carries as it is, from 0 to 64 MiB; larger ones are sent as a JPEG of at most
    /// 1280 pixels. Default 1 MiB.
    /// </summary>
    public int MaxImageBytes { get; set; } = 1 << 20;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(Folder) || Folder.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add($"{nameof(Folder)} is '{Folder}'; it must be a folder's path.");
        }

        if (MaxImageBytes is < 0 or > 64 << 20)
        {
            errors.Add($"{nameof(MaxImageBytes)} is {MaxImageBytes}; it must be from 0 to {64 << 20}.");
        }

        return errors;
    }
}
