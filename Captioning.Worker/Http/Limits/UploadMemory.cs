using System.Threading.RateLimiting;

namespace Captioning.Worker.Http.Limits;

/// <summary>The memory that the images of all requests under way may take together.</summary>
internal sealed class UploadMemory(HttpOptions options) : IDisposable
{
    private const int Unit = 1024;

    private readonly ConcurrencyLimiter _units = new(new ConcurrencyLimiterOptions { PermitLimit = Units(options.UploadMemory), QueueLimit = 0 });

    /// <summary>Sets memory aside.</summary>
    /// <param name="bytes">How much: what a body may hold at most.</param>
    /// <returns>What gives it back when it is disposed of; not acquired where there is not so much left.</returns>
    public RateLimitLease Take(long bytes) => _units.AttemptAcquire(Units(bytes));

    public void Dispose() => _units.Dispose();

    private static int Units(long bytes) => (int)((bytes + Unit - 1) / Unit);
}
