using Spectre.Console;

namespace Captioning.Trainer.Commands;

/// <summary>Tells a person how the computing of features goes: a line for each twentieth, with the time that is left.</summary>
internal sealed class FeatureProgress(IAnsiConsole console, TimeProvider time)
{
    private const int Lines = 20;

    private long _start;
    private int _first = -1;
    private int _next;

    public void Report(int done, int total)
    {
        if (_first < 0)
        {
            (_first, _next, _start) = (done, done, time.GetTimestamp());
            console.WriteLine($"features: {done:N0} of {total:N0} are there");
        }

        if (done < _next || done == _first)
        {
            return;
        }

        _next = done + Math.Max(1, total / Lines);
        TimeSpan elapsed = time.GetElapsedTime(_start);
        TimeSpan left = elapsed * (total - done) / (done - _first);
        console.WriteLine($"features: {done:N0} of {total:N0}, {(done - _first) / elapsed.TotalSeconds:0.0} images/s, {left:hh\\:mm\\:ss} to go");
    }
}
