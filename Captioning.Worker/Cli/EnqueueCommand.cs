using System.CommandLine;
using Captioning.Contracts;
using Captioning.Inference;
using Captioning.Worker.Output;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning enqueue</c>: has photos captioned by the workers behind a broker.</summary>
internal sealed class EnqueueCommand : Command
{
    private readonly Argument<string[]> _paths = new("path")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Photos, folders (with all below them), patterns (*, **, ?), or - for a list of paths on standard input. The workers read them by the same paths, unless --inline sends them along.",
    };

    private readonly BrokerArguments _broker = new();

    private readonly Option<bool> _nul = new("--null", "-0") { Description = "The list on standard input is separated by NUL, as find -print0 writes it." };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = $"Write the results to this file, as JSON lines, instead of standard output. The same command goes on where it was stopped; FILE{JournaledResults.JournalExtension} tells it where.",
        HelpName = "file",
    };

    private readonly Option<int?> _beam = new("--beam") { Description = "Width of the beam search; 1 is greedy search. Default: the model's own.", HelpName = "n" };

    private readonly Option<int> _candidates = new("--candidates")
    {
        Description = "How many captions of each photo to give.",
        DefaultValueFactory = _ => 1,
        HelpName = "n",
    };

    private readonly Option<string?> _model = new("--model") { Description = "The id of the model that it must be.", HelpName = "id" };

    private readonly Option<bool> _speak = new("--speak") { Description = "Speak the captions, to where the workers write speech." };

    private readonly Option<string?> _voice = new("--voice") { Description = "The voice to speak with.", HelpName = "id" };

    private readonly Option<bool> _inline = new("--inline") { Description = "Send the photos within the requests, for workers that do not see the same files. Small photos only: workers bound the size." };

    private readonly Option<bool> _interactive = new("--interactive") { Description = "Go before what others have enqueued without this." };

    public EnqueueCommand(Terminal terminal, TimeProvider time)
        : base("enqueue", "Have photos described by workers, over a message queue.")
    {
        _paths.Validators.Add(CaptionCommand.RefuseOptions);
        _beam.Validators.Add(result => CaptionCommand.InRange(result, CaptionOptions.MaxBeam));
        _candidates.Validators.Add(result => CaptionCommand.InRange(result, CaptionOptions.MaxBeam));
        Validators.Add(result =>
        {
            if (result.GetValue(_voice) is not null && !result.GetValue(_speak))
            {
                result.AddError("--voice chooses how captions are spoken; add --speak.");
            }
        });
        Add(_paths);
        foreach (Option option in (Option[])[_broker.Broker, _output, _speak, _voice, _beam, _candidates, _model, _inline, _interactive, _nul])
        {
            Add(option);
        }

        SetAction((parse, cancellationToken) => new EnqueueRun(Read(parse), terminal, time).RunAsync(cancellationToken));
    }

    private EnqueueSettings Read(ParseResult parse) => new()
    {
        Paths = parse.GetRequiredValue(_paths),
        NulSeparated = parse.GetValue(_nul),
        Broker = _broker.Read(parse),
        OutputFile = parse.GetValue(_output),
        Inline = parse.GetValue(_inline),
        Request = new CaptionImage
        {
            RequestId = string.Empty,
            Image = string.Empty,
            Beam = parse.GetValue(_beam),
            Candidates = parse.GetValue(_candidates),
            Model = parse.GetValue(_model),
            Speak = parse.GetValue(_speak) ? new SpeakOptions { Voice = parse.GetValue(_voice) } : null,
            Priority = parse.GetValue(_interactive) ? CaptionPriority.Interactive : CaptionPriority.Bulk,
        },
    };
}
