using Amazon.S3;
using MassTransit.MessageData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Captioning.Worker.Sources;

/// <summary>Registers what reads images.</summary>
internal static class ImageSourceServices
{
    /// <summary>Adds an <see cref="ImageFetcher"/> that reads from every source that the options open.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Where images may be read from.</param>
    /// <param name="s3">The S3 service, for the buckets among them.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message lists every one.</exception>
    public static IServiceCollection AddImageSources(this IServiceCollection services, ImageSourceOptions options, S3Options s3)
    {
        Validate(nameof(ImageSourceOptions), typeof(ImageSourceOptions), options.FindErrors());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INetwork, SystemNetwork>();
        services.AddSingleton(options);
        services.AddSingleton<IByteSource>(new DataUriSource(options.MaxInlineBytes));
        services.AddSingleton<IByteSource>(provider => new HttpSource(
            options.Http, options.MaxBytes, provider.GetRequiredService<INetwork>(), provider.GetRequiredService<TimeProvider>()));
        if (options.Folders.Count > 0)
        {
            services.AddSingleton<IByteSource>(new FileSource(new AllowedFolders(options.Folders), options.MaxBytes));
        }

        if (options.Buckets.Count > 0)
        {
            services.AddS3(s3);
            services.AddSingleton<IByteSource>(provider => new S3Source(provider.GetRequiredService<IAmazonS3>(), options.Buckets, options.MaxBytes));
        }

        if (options.MessageDataFolder is { } folder)
        {
            FileSystemMessageDataRepository repository = new(new DirectoryInfo(folder));
            services.AddSingleton<IByteSource>(new ClaimCheckSource(repository, options.MaxBytes));
        }

        return services.AddSingleton<ImageFetcher>();
    }

    /// <summary>Adds the S3 client, once.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message lists every one.</exception>
    public static void AddS3(this IServiceCollection services, S3Options options)
    {
        Validate(nameof(S3Options), typeof(S3Options), options.FindErrors());
        services.TryAddSingleton(_ => S3Clients.Create(options));
    }

    /// <exception cref="OptionsValidationException">There are errors.</exception>
    public static void Validate(string name, Type type, IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(name, type, errors);
        }
    }
}
