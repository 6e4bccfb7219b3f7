using System.CommandLine;
using System.Globalization;
using Captioning.Inference.Models;
using Captioning.Worker.Models;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning models [list|verify]</c>: the models that are there, and whether their files are whole.</summary>
internal sealed class ModelsCommand : Command
{
    private readonly Terminal _terminal;

    public ModelsCommand(GlobalOptions global, Terminal terminal)
        : base("models", "List the models, or verify their files.")
    {
        _terminal = terminal;
        Command list = new("list", "List the models.");
        list.SetAction(parse => List(global.ModelFolder(parse)));
        Argument<string[]> ids = new("model") { Arity = ArgumentArity.ZeroOrMore, Description = "Ids or folders; all models where none is given." };
        Command verify = new("verify", "Check the size and checksum of every file of the models.") { ids };
        verify.SetAction(parse => Verify(global.ModelFolder(parse), parse.GetValue(ids) ?? []));
        Add(list);
        Add(verify);
        SetAction(parse => List(global.ModelFolder(parse)));
    }

    private int List(ModelFolder folder)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string name in (string[])["Id", "Version", "CIDEr", "Size", "License"])
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0));
        }

        bool broken = false;
        foreach (string bundle in Bundles(folder))
        {
            try
            {
                table.AddRow(Row(ModelManifest.Read(bundle)));
            }
            catch (ModelLoadException e)
            {
                broken = true;
                _terminal.Error(e.Message);
            }
        }

        if (table.Rows.Count > 0)
        {
            _terminal.Tables.Write(table);
        }

        return broken ? ExitCode.Failure : ExitCode.Success;
    }

    private int Verify(ModelFolder folder, string[] ids)
    {
        bool broken = false;
        foreach (string bundle in ids.Length == 0 ? Bundles(folder) : [.. ids.Select(folder.Resolve)])
        {
            try
            {
                ModelManifest manifest = ModelBundle.Read(bundle).Manifest;
                _terminal.Output.WriteLine($"{manifest.Id} {manifest.Version}: ok, {manifest.Files.Count} files");
            }
            catch (ModelLoadException e)
            {
                broken = true;
                _terminal.Error(e.Message);
            }
        }

        return broken ? ExitCode.Failure : ExitCode.Success;
    }

    private static IReadOnlyList<string> Bundles(ModelFolder folder) => folder.Bundles() is { Count: > 0 } bundles
        ? bundles
        : [folder.Resolve(null)];

    private static Text[] Row(ModelManifest manifest)
    {
        double megabytes = manifest.Files.Values.Sum(file => file.Size) / 1e6;
        string cider = manifest.Training?.Scores?.TryGetValue("cider", out double score) == true ? score.ToString("F3", CultureInfo.InvariantCulture) : "-";
        return [new(manifest.Id), new(manifest.Version), new(cider), new(string.Create(CultureInfo.InvariantCulture, $"{megabytes:F0} MB")), new(manifest.License)];
    }
}
