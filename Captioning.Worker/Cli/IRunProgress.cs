namespace Captioning.Worker.Cli;

/// <summary>Shows how far a run has come while it runs.</summary>
internal interface IRunProgress
{
    /// <summary>Runs the work, which reports after every image.</summary>
    /// <param name="run">The work.</param>
    /// <param name="total">The number of images; null where it cannot be known.</param>
    public Task<RunTally> ShowAsync(Func<Action<RunTally>, Task<RunTally>> run, Task<long?> total);
}
