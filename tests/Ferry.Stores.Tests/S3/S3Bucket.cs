using Amazon.Runtime;
using Amazon.S3;
using Ferry.Testing;

namespace Ferry.Stores.Tests.S3;

/// <summary>The bucket as others see it, by the SDK alone.</summary>
internal static class S3Bucket
{
    public static void Make(S3Server server, string bucket)
    {
        using var client = Open(server);
        client.PutBucketAsync(bucket).GetAwaiter().GetResult();
    }

    /// <summary>A client of the owner.</summary>
    public static AmazonS3Client Open(S3Server server) => new(
        new BasicAWSCredentials(server.Owner.AccessKey, server.Owner.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = server.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1", UseHttp = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
}
