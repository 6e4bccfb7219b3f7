using Microsoft.Extensions.DependencyInjection;

namespace Captioning.Worker.Results;

/// <summary>Registers what remembers results.</summary>
internal static class ResultServices
{
    public static IServiceCollection AddKnownResults(this IServiceCollection services, ResultOptions options)
    {
        services.AddMemoryCache(memory => memory.SizeLimit = options.MaxBytes);
        services.AddHybridCache();
        return services.AddSingleton(options).AddSingleton<KnownCaptions>().AddSingleton<KnownAnswers>();
    }
}
