using System.Diagnostics;

namespace Captioning.Tests;

/// <summary>A RabbitMQ node of the tests' own, on ports and in a folder of its own.</summary>
/// <param name="tls">Certificates for connections by TLS, which clients must have one for; null for connections without.</param>
internal sealed class RabbitMqNode(TlsFiles? tls = null) : IAsyncDisposable
{
    // Debian's command in the path insists on a user of its own.
    private static readonly string[] Programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];

    // Waits for the tests to close its input, or to end in whatever way, and lets nothing of the node outlive that.
    private const string Guard = """
        setsid "$0" </dev/null &
        read -r wish
        [ "$wish" = stop ] && kill -s TERM -- "-$!" && wait
        kill -s KILL -- "-$!" 2>/dev/null
        wait
        tries=0
        until epmd -port "$ERL_EPMD_PORT" -kill >/dev/null 2>&1 || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
        [ "$wish" = keep ] || [ "$wish" = stop ] || rm -rf "$HOME"
        """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("captioning-rabbitmq-").FullName;
    private readonly int[] _ports = FreePorts.Take(4);
    private Process? _process;

    public Uri Uri => new($"amqp://127.0.0.1:{_ports[0]}/");

    public Uri TlsUri => new($"amqps://localhost:{_ports[3]}/");

    public async Task StartAsync()
    {
        string program = Array.Find(Programs, File.Exists)
            ?? throw new FileNotFoundException("These tests need RabbitMQ, which is not installed: sudo apt-get install rabbitmq-server");
        await File.WriteAllTextAsync(Path.Join(_folder, "plugins"), "[].");
        await File.WriteAllTextAsync(Path.Join(_folder, "rabbitmq.conf"), tls is null ? string.Empty : $"""
            listeners.ssl.default = {_ports[3]}
            ssl_options.cacertfile = {tls.Authority}
            ssl_options.certfile = {tls.Certificate}
            ssl_options.keyfile = {tls.Key}
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = true
            """ + '\n');
        ProcessStartInfo start = new("/bin/sh", ["-c", Guard, program]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in Environment())
        {
            start.Environment[name] = value;
        }

        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> output = [];
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartTimeout);
        }
        catch (TimeoutException e)
        {
            await DisposeAsync();
            throw new TimeoutException($"RabbitMQ did not start within {StartTimeout}:\n{string.Join('\n', output)}", e);
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
    public Task KillAsync() => EndAsync("keep");

    /// <summary>Ends the node as an administrator does.</summary>
    public Task StopAsync() => EndAsync("stop");

    public async ValueTask DisposeAsync() => await EndAsync("remove");

    private async Task EndAsync(string wish)
    {
        if (_process is { } process)
        {
            await process.StandardInput.WriteLineAsync(wish);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    private Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["HOME"] = _folder,
        ["RABBITMQ_NODENAME"] = $"captioning{_ports[0]}@localhost",
        ["RABBITMQ_MNESIA_BASE"] = Path.Join(_folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Join(_folder, "log"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Join(_folder, "plugins"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Join(_folder, "rabbitmq.conf"),
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{_ports[0]}",
        ["RABBITMQ_DIST_PORT"] = $"{_ports[1]}",
        ["ERL_EPMD_PORT"] = $"{_ports[2]}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };
}
