namespace Captioning.Worker.Requests;

/// <summary>The name by which answers say who gave them: machine and process.</summary>
internal sealed record WorkerName(string Value)
{
    public static WorkerName OfProcess() => new($"{Environment.MachineName}/{Environment.ProcessId}");
}
