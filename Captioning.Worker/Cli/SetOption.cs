using System.CommandLine;

namespace Captioning.Worker.Cli;

/// <summary><c>--set key=value</c>: any setting of a service.</summary>
internal sealed class SetOption : Option<string[]>
{
    /// <param name="example">A setting, as an example.</param>
    public SetOption(string example)
        : base("--set")
    {
        Description = $"Any setting: {example}; can be repeated.";
        HelpName = "key=value";
        Validators.Add(result =>
        {
            foreach (string pair in result.Tokens.Select(token => token.Value).Where(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--set takes key=value, not '{pair}'.");
            }
        });
    }

    /// <summary>Adds what was given to other settings, in place of those of the same keys.</summary>
    public void AddTo(IDictionary<string, string?> settings, ParseResult parse)
    {
        foreach (string[] pair in (parse.GetValue(this) ?? []).Select(pair => pair.Split('=', 2)))
        {
            settings[pair[0]] = pair[1];
        }
    }
}
