using System.CommandLine;
using System.Globalization;
using Captioning.Inference.Models;
using Captioning.Worker.Models;
using Spectre.Console;

namespace Captioning.Worker.Cli;

/// <summary><c>captioning models [list|verify|rollback]</c>: the models that are there, whether their files are whole, and which version serves.</summary>
internal sealed class ModelsCommand : Command
{
    private readonly Terminal _terminal;

    public ModelsCommand(GlobalOptions global, Terminal terminal)
        : base("models", "List the models, verify their files, or choose the version that serves.")
    {
        _terminal = terminal;
        Command list = new("list", "List the models.");
        list.SetAction(parse => List(global.ModelFolder(parse)));
        Argument<string[]> ids = new("model") { Arity = ArgumentArity.ZeroOrMore, Description = "Ids or folders; all models where none is given." };
        Command verify = new("verify", "Check the size and checksum of every file of the models.") { ids };
        verify.SetAction(parse => Verify(global.ModelFolder(parse), parse.GetValue(ids) ?? []));
        Argument<string> id = new("model") { Description = "The model's id or folder." };
        Argument<string?> version = new("version") { Arity = ArgumentArity.ZeroOrOne, Description = "The version; the one before that which serves where none is given." };
        Command rollback = new("rollback", "Make another version serve that is kept. Running workers take it over without losing a request.") { id, version };
        rollback.SetAction(parse => Rollback(global.ModelFolder(parse).Find(parse.GetRequiredValue(id)), parse.GetValue(version)));
        Add(list);
        Add(verify);
        Add(rollback);
        SetAction(parse => List(global.ModelFolder(parse)));
    }

    private int List(ModelFolder folder)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string name in (string[])["Id", "Version", "Serves", "CIDEr", "Size", "License"])
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0));
        }

        bool broken = false;
        foreach (ModelVersions model in Models(folder))
        {
            foreach (string version in model.List())
            {
                try
                {
                    string bundle = model[version];
                    table.AddRow(Row(ModelManifest.Read(bundle), serves: bundle == model.Current()));
                }
                catch (ModelLoadException e)
                {
                    broken = true;
                    _terminal.Error(e.Message);
                }
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
        IEnumerable<ModelVersions> models = ids.Length == 0 ? Models(folder) : ids.Select(folder.Find);
        foreach (string bundle in models.SelectMany(model => model.List().Select(version => model[version])))
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

    private int Rollback(ModelVersions model, string? version)
    {
        IReadOnlyList<string> versions = model.List();
        string current = ModelManifest.Read(model.Current()).Version;
        version ??= versions.TakeWhile(other => other != current).LastOrDefault()
            ?? throw new UsageException($"There is no version before {current}; there are: {string.Join(", ", versions)}.");
        ModelManifest manifest = ModelBundle.Read(model[version]).Manifest;
        model.Use(version);
        _terminal.Output.WriteLine($"{manifest.Id} {version} serves instead of {current}.");
        return ExitCode.Success;
    }

    private static IReadOnlyList<ModelVersions> Models(ModelFolder folder) => folder.Models() is { Count: > 0 } models ? models : [folder.Find(null)];

    private static Text[] Row(ModelManifest manifest, bool serves)
    {
        double megabytes = manifest.Files.Values.Sum(file => file.Size) / 1e6;
        string cider = manifest.Training?.Scores?.TryGetValue("cider", out double score) == true ? score.ToString("F3", CultureInfo.InvariantCulture) : "-";
        return [new(manifest.Id), new(manifest.Version), new(serves ? "yes" : string.Empty), new(cider), new(string.Create(CultureInfo.InvariantCulture, $"{megabytes:F0} MB")), new(manifest.License)];
    }
}
