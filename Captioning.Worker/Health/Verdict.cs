namespace Captioning.Worker.Health;

/// <summary>How a check went.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>Something is missing that not everybody needs.</summary>
    Warning,

    /// <summary>Something will not work.</summary>
    Problem,
}
