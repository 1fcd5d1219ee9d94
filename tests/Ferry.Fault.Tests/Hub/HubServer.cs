using Amazon.Runtime;
using Amazon.S3;
using Ferry.Core.Storage;
using Ferry.Stores.S3;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Hub;

/// <summary>A Ceph server for all tests that want one, started by the first.</summary>
public sealed class HubServer : IDisposable
{
    /// <summary>The bucket of all tests; each takes a prefix of its own.</summary>
    public const string Bucket = "hub-tests";

    private readonly Lazy<S3Server> _server = new(static () =>
    {
        var server = S3Server.StartCeph();
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(server.Owner.AccessKey, server.Owner.SecretKey),
            new AmazonS3Config { ServiceURL = server.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1", UseHttp = true });
        client.PutBucketAsync(Bucket).GetAwaiter().GetResult();
        return server;
    });

    /// <summary>The server.</summary>
    public S3Server Server => _server.Value;

    /// <summary>Opens a part of the bucket, past any proxy, as the owner.</summary>
    public IObjectStore Open(string prefix) => new S3Store(new S3StoreOptions
    {
        Bucket = Bucket, Prefix = prefix, Endpoint = Server.Endpoint, AccessKey = Server.Owner.AccessKey, SecretKey = Server.Owner.SecretKey,
    });

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
    }
}

[CollectionDefinition(nameof(HubServerTests))]
public sealed class HubServerTests : ICollectionFixture<HubServer>;
