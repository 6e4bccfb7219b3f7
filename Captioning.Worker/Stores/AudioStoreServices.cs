using Amazon.S3;
using Captioning.Worker.Inputs;
using Captioning.Worker.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Captioning.Worker.Stores;

/// <summary>Registers what writes speech.</summary>
internal static class AudioStoreServices
{
    /// <summary>Adds <see cref="AudioStores"/> that write to every place that the options open.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Where speech may be written.</param>
    /// <param name="s3">The S3 service, for the buckets among them.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message lists every one.</exception>
    public static IServiceCollection AddAudioStores(this IServiceCollection services, AudioOptions options, S3Options s3)
    {
        ImageSourceServices.Validate(nameof(AudioOptions), typeof(AudioOptions), options.FindErrors());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        ILookup<bool, string> places = options.Destinations.Prepend(options.Location)
            .Select(place => AudioOptions.ToUri(place)!)
            .ToLookup(uri => uri.StartsWith(S3Uri.Scheme, StringComparison.OrdinalIgnoreCase));
        string[] objects = [.. places[true]];
        string[] folders = [.. places[false].Select(uri => FileUri.TryGetPath(uri, out string? path) ? path : uri)];
        if (objects.Length > 0)
        {
            services.AddS3(s3);
            services.AddSingleton<IAudioStore>(provider => new S3AudioStore(provider.GetRequiredService<IAmazonS3>(), objects));
        }

        if (folders.Length > 0)
        {
            services.AddSingleton(provider => new LocalAudioStore(folders, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IAudioStore>(provider => provider.GetRequiredService<LocalAudioStore>());
            services.AddHostedService<LeftoverCleanup>();
        }

        return services.AddSingleton<AudioStores>();
    }
}
