using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A RabbitMQ node of the tests' own, on ports and in a folder of its own.</summary>
internal sealed class RabbitMqNode : IAsyncDisposable
{
    // Debian's command in the path insists on a user of its own.
    private static readonly string[] Programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-rabbitmq-").FullName;
    private readonly int[] _ports = FreePorts(3);
    private Process? _process;

    public Uri Uri => new($"amqp://127.0.0.1:{_ports[0]}/");

    public async Task StartAsync()
    {
        string program = Array.Find(Programs, File.Exists)
            ?? throw new FileNotFoundException("These tests need RabbitMQ, which is not installed: sudo apt-get install rabbitmq-server");
        await File.WriteAllTextAsync(Path.Join(_folder, "plugins"), "[].");
        ProcessStartInfo start = new(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in Environment())
        {
            start.Environment[name] = value;
        }

        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> output = [];
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"RabbitMQ did not start:\n{string.Join('\n', output)}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartTimeout);
        }
        catch (TimeoutException)
        {
            await DisposeAsync();
            throw;
        }

        void Read(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.Add(line);
            }

            if (line.Contains("Starting broker... completed", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }
    }

    /// <summary>Ends the node as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();

        // The port mapper is a daemon, which the node has started and nobody stops.
        ProcessStartInfo stop = new("epmd", ["-port", $"{_ports[2]}", "-kill"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using (Process epmd = Process.Start(stop)!)
        {
            await epmd.WaitForExitAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["HOME"] = _folder,
        ["RABBITMQ_NODENAME"] = $"captioning{_ports[0]}@localhost",
        ["RABBITMQ_MNESIA_BASE"] = Path.Join(_folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Join(_folder, "log"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Join(_folder, "plugins"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Join(_folder, "none"),
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{_ports[0]}",
        ["RABBITMQ_DIST_PORT"] = $"{_ports[1]}",
        ["ERL_EPMD_PORT"] = $"{_ports[2]}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }
}
