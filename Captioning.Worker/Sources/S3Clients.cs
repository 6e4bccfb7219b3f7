using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Captioning.Worker.Sources;

/// <summary>Makes S3 clients.</summary>
internal static class S3Clients
{
    private const string DefaultRegion = "us-east-1";

    public static IAmazonS3 Create(S3Options options)
    {
        AmazonS3Config config = new()
        {
            ForcePathStyle = options.ForcePathStyle,
            MaxErrorRetry = options.Retries,
        };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url;
            config.AuthenticationRegion = options.Region ?? DefaultRegion;

            // Amazon's newer checksums are unknown to many other services.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return options is { AccessKeyFile: { } access, SecretKeyFile: { } secret }
            ? new AmazonS3Client(new BasicAWSCredentials(File.ReadAllText(access).Trim(), File.ReadAllText(secret).Trim()), config)
            : new AmazonS3Client(config);
    }
}
