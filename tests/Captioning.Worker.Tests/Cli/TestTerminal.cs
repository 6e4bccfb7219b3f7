using Captioning.Worker.Cli;
using Spectre.Console.Testing;

namespace Captioning.Worker.Tests.Cli;

/// <summary>A terminal that remembers what was written to it.</summary>
internal sealed class TestTerminal
{
    private readonly StringWriter _output = new();
    private readonly TestConsole _tables = new TestConsole().Width(80);
    private readonly TestConsole _messages = new TestConsole().Width(10_000);

    public TestTerminal(string input = "") =>
        Terminal = new Terminal(() => new StringReader(input), _output, _tables, _messages, OutputIsTerminal: false, ErrorIsTerminal: false);

    public Terminal Terminal { get; }

    public string Output => _output.ToString();

    public string Tables => _tables.Output;

    public string Errors => _messages.Output;
}
