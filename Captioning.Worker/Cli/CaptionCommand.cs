using System.CommandLine;
using System.CommandLine.Parsing;
using Captioning.Inference;
using Captioning.Inference.Runtime;
using Captioning.Worker.Output;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning caption</c>: captions photos, and speaks the captions.</summary>
internal sealed class CaptionCommand : Command
{
    private static readonly Dictionary<string, OutputFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["table"] = OutputFormat.Table,
        ["jsonl"] = OutputFormat.JsonLines,
        ["json"] = OutputFormat.Json,
        ["text"] = OutputFormat.Text,
    };

    private readonly Argument<string[]> _paths = new("path")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Photos, folders (with all below them), patterns (*, **, ?), or - for a list of paths on standard input.",
    };

    private readonly Option<bool> _nul = new("--null", "-0") { Description = "The list on standard input is separated by NUL, as find -print0 writes it." };

    private readonly Option<string> _format = new("--format", "-f")
    {
        Description = "How captions are printed: a table for reading, JSON lines, one JSON array, or path, tab, caption.",
        DefaultValueFactory = _ => "table",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = $"Also write NAME.txt for every photo (and NAME.wav with --speak), and {Output.OutputFolder.IndexName} for all.",
        HelpName = "dir",
    };

    private readonly Option<bool> _speak = new("--speak") { Description = "Speak the captions: NAME.wav in the folder of --output, else in the current folder." };

    private readonly Option<string?> _voice = new("--voice") { Description = "The voice to speak with.", HelpName = "id" };

    private readonly Option<int?> _beam = new("--beam") { Description = "Width of the beam search; 1 is greedy search. Default: the model's own.", HelpName = "n" };

    private readonly Option<int> _candidates = new("--candidates")
    {
        Description = "How many captions of each photo to give, in jsonl and json.",
        DefaultValueFactory = _ => 1,
        HelpName = "n",
    };

    private readonly Option<string?> _model = new("--model") { Description = "The model: its id or its folder.", HelpName = "id|dir" };

    private readonly Option<Device> _device = new("--device")
    {
        Description = "Where inference runs: auto, cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => Device.Auto,
        CustomParser = ParseDevice,
        HelpName = "device",
    };

    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "The most photos of one batch. Larger batches are faster and take more memory.",
        DefaultValueFactory = _ => CaptionSettings.DefaultBatchSize,
        HelpName = "n",
    };

    private readonly GlobalOptions _global;

    public CaptionCommand(GlobalOptions global, Terminal terminal, TimeProvider time)
        : base("caption", "Describe photos in a sentence each.")
    {
        _global = global;
        _paths.Validators.Add(RefuseOptions);
        _format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Formats.Keys]);
        _beam.Validators.Add(result => InRange(result, CaptionOptions.MaxBeam));
        _candidates.Validators.Add(result => InRange(result, CaptionOptions.MaxBeam));
        _batchSize.Validators.Add(result => InRange(result, 1024));
        Validators.Add(result =>
        {
            if (result.GetValue(_voice) is not null && !result.GetValue(_speak))
            {
                result.AddError("--voice chooses how captions are spoken; add --speak.");
            }
        });
        Add(_paths);
        foreach (Option option in (Option[])[_format, _output, _speak, _voice, _beam, _candidates, _model, _device, _batchSize, _nul])
        {
            Add(option);
        }

        SetAction((parse, cancellationToken) => new CaptionRun(Read(parse), terminal, time).RunAsync(cancellationToken));
    }

    /// <summary>A misspelt option would else be taken for a path, and be missed among a million photos.</summary>
    internal static void RefuseOptions(ArgumentResult paths)
    {
        foreach (string path in paths.Tokens.Select(token => token.Value).Where(path => path.Length > 1 && path[0] == '-' && !File.Exists(path)))
        {
            paths.AddError($"There is no option '{path}'; see captioning {((CommandResult)paths.Parent!).Command.Name} --help. A file of that name is written ./{path}.");
        }
    }

    internal static void InRange(OptionResult option, int most)
    {
        if (option.Tokens is [{ Value: string text }] && !(int.TryParse(text, out int value) && value >= 1 && value <= most))
        {
            option.AddError($"{option.Option.Name} takes a number from 1 to {most}, not '{text}'.");
        }
    }

    private static Device ParseDevice(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!Device.TryParse(text, out Device device))
        {
            result.AddError($"--device takes auto, cpu, cuda or cuda:N, not '{text}'.");
        }

        return device;
    }

    private CaptionSettings Read(ParseResult parse) => new()
    {
        Paths = parse.GetRequiredValue(_paths),
        NulSeparated = parse.GetValue(_nul),
        Format = Formats[parse.GetRequiredValue(_format)],
        OutputFolder = parse.GetValue(_output),
        Speak = parse.GetValue(_speak),
        Voice = parse.GetValue(_voice),
        Beam = parse.GetValue(_beam),
        Candidates = parse.GetValue(_candidates),
        ModelPath = _global.ModelFolder(parse).Resolve(parse.GetValue(_model)),
        VoiceFolder = _global.VoiceFolder(parse),
        Device = parse.GetValue(_device),
        BatchSize = parse.GetValue(_batchSize),
        LogLevel = _global.LogLevel(parse),
    };
}
