namespace Captioning.Inference.Models;

/// <summary>A model bundle cannot be loaded; the message lists every problem found.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception for one problem.</summary>
    public ModelLoadException(string directory, string problem, Exception? inner = null)
        : this(directory, [problem], inner)
    {
    }

    /// <summary>Creates the exception for several problems.</summary>
    public ModelLoadException(string directory, IReadOnlyList<string> problems, Exception? inner = null)
        : base(Describe(directory, problems), inner)
    {
        Directory = directory;
        Problems = problems;
    }

    /// <summary>The bundle's folder.</summary>
    public string Directory { get; }

    /// <summary>The problems, each a clause without a final period.</summary>
    public IReadOnlyList<string> Problems { get; }

    private static string Describe(string directory, IReadOnlyList<string> problems) => problems.Count == 1
        ? $"The model in '{directory}' cannot be loaded: {problems[0]}."
        : $"The model in '{directory}' cannot be loaded: {string.Join("; ", problems)}.";
}
