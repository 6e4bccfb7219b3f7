namespace Captioning.Worker.Output;

/// <summary>File names may hold line breaks and terminal codes; what is shown on a screen must not.</summary>
internal static class DisplayText
{
    public static string From(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}
