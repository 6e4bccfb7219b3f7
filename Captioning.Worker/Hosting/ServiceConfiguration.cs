using Captioning.Worker.Cli;
using Microsoft.Extensions.Configuration;

namespace Captioning.Worker.Hosting;

/// <summary>Reads the settings of the service.</summary>
internal static class ServiceConfiguration
{
    private const string FileSuffix = "_FILE";

    /// <summary>Adds secrets that environment variables name the files of: <c>CAPTIONING__BROKER__PASSWORD_FILE</c> for <c>Captioning:Broker:Password</c>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="section">The section that the variables begin with.</param>
    /// <exception cref="UsageException">Files cannot be read; the message lists every one.</exception>
    public static void AddSecretFiles(
        this IConfigurationBuilder configuration, IEnumerable<KeyValuePair<string, string?>> environment, string section = ServiceOptions.Section)
    {
        Dictionary<string, string?> secrets = new(StringComparer.OrdinalIgnoreCase);
        List<string> errors = [];
        foreach ((string name, string? file) in environment)
        {
            if (!name.StartsWith($"{section}__", StringComparison.OrdinalIgnoreCase)
                || !name.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase)
                || string.IsNullOrEmpty(file))
            {
                continue;
            }

            try
            {
                secrets[name[..^FileSuffix.Length].Replace("__", ":", StringComparison.Ordinal)] = File.ReadAllText(file).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.Add($"{name}: {e.Message}");
            }
        }

        ThrowIfAny(errors);
        configuration.AddInMemoryCollection(secrets);
    }

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="UsageException">Some are wrong; the message lists every one.</exception>
    public static ServiceOptions Read(IConfiguration configuration)
    {
        ServiceOptions options = new();
        Dictionary<string, object> parts = new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(options.Broker)] = options.Broker,
            [nameof(options.Engine)] = options.Engine,
            [nameof(options.Requests)] = options.Requests,
            [nameof(options.Results)] = options.Results,
            [nameof(options.Sources)] = options.Sources,
            [nameof(options.Audio)] = options.Audio,
            [nameof(options.S3)] = options.S3,
            [nameof(options.Http)] = options.Http,
        };
        Dictionary<string, Action<IConfigurationSection>> values = new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(options.ShutdownTimeout)] = value => options.ShutdownTimeout = value.Get<TimeSpan>(),
            [nameof(options.Worker)] = value => options.Worker = value.Value,
        };
        Bind(configuration.GetSection(ServiceOptions.Section), parts, values, options.FindErrors);
        return options;
    }

    /// <summary>Binds section by section, for each reports only its first value of the wrong type, and checks.</summary>
    /// <param name="section">The whole section.</param>
    /// <param name="parts">The objects that its sections set.</param>
    /// <param name="values">What its values set.</param>
    /// <param name="findErrors">Checks what was set.</param>
    /// <exception cref="UsageException">Some are wrong; the message lists every one.</exception>
    public static void Bind(
        IConfigurationSection section,
        IReadOnlyDictionary<string, object> parts,
        IReadOnlyDictionary<string, Action<IConfigurationSection>> values,
        Func<IEnumerable<string>> findErrors)
    {
        List<string> errors = [];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (parts.TryGetValue(child.Key, out object? part))
            {
                Try(() => child.Bind(part, Strict), errors);
            }
            else if (values.TryGetValue(child.Key, out Action<IConfigurationSection>? set))
            {
                Try(() => set(child), errors);
            }
            else
            {
                errors.Add($"{child.Path} is no setting.");
            }
        }

        errors.AddRange(findErrors());
        ThrowIfAny(errors);
    }

    private static void Strict(BinderOptions binder) => binder.ErrorOnUnknownConfiguration = true;

    private static void Try(Action bind, List<string> errors)
    {
        try
        {
            bind();
        }
        catch (InvalidOperationException e)
        {
            errors.Add(e.InnerException is { } inner && inner is not FormatException ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    private static void ThrowIfAny(List<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new UsageException($"The configuration is wrong:{string.Concat(errors.Select(error => $"\n  {error}"))}");
        }
    }
}
