namespace Captioning.Worker.Cli;

/// <summary>The exit codes of <c>captioning</c> and <c>captioning-trainer</c>.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Some images failed, or a check found a problem.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, or asks for what is not there: nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
