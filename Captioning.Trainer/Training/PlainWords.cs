namespace Captioning.Trainer.Training;

/// <summary>
/// The usual preparation of captions for small models: lower case, a hyphen parts two words, other punctuation is dropped, and so are words of
/// one letter and those that are not of letters alone.
/// </summary>
internal static class PlainWords
{
    /// <summary>ASCII punctuation.</summary>
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>The words of a caption, in order.</summary>
    public static IReadOnlyList<string> Split(string caption) =>
    [
        .. caption.Replace('-', ' ').ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => string.Concat(word.Where(letter => !Punctuation.Contains(letter))))
            .Where(word => word.Length > 1 && word.All(char.IsLetter)),
    ];
}
