using System.CommandLine;
using Captioning.Worker.Models;
using Serilog.Events;

namespace Captioning.Worker.Cli;

/// <summary>The options that every verb has.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Models { get; } = new("--models")
    {
        Description = $"The folder of models. Default: {AssetFolders.ModelsVariable}, else 'models' here or beside the program.",
        HelpName = "dir",
        Recursive = true,
    };

    public Option<string?> Voices { get; } = new("--voices")
    {
        Description = $"The folder of voices. Default: {AssetFolders.VoicesVariable}, else 'voices' here or beside the program.",
        HelpName = "dir",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Log what happens, to standard error.",
        Recursive = true,
    };

    public ModelFolder ModelFolder(ParseResult parse) => new(AssetFolders.Models(parse.GetValue(Models)));

    public string VoiceFolder(ParseResult parse) => AssetFolders.Voices(parse.GetValue(Voices));

    public LogEventLevel LogLevel(ParseResult parse) => parse.GetValue(Verbose) ? LogEventLevel.Debug : LogEventLevel.Warning;
}
