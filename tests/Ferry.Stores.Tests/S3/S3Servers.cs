using Ferry.Core.Storage;
using Ferry.Stores.S3;
using Ferry.Testing;

namespace Ferry.Stores.Tests.S3;

/// <summary>A server, started by the first test that wants it, and a bucket on it for all tests.</summary>
public abstract class S3ServerFixture(Func<S3Server> start) : IDisposable
{
    /// <summary>The bucket of all tests; each test takes a prefix of its own.</summary>
    public const string Bucket = "ferry-tests";

    private readonly Lazy<S3Server> _server = new(() =>
    {
        var server = start();
        S3Bucket.Make(server, Bucket);
        return server;
    });

    /// <summary>The server.</summary>
    public S3Server Server => _server.Value;

    /// <summary>Options of the owner for a prefix that nobody has used.</summary>
    public S3StoreOptions Options() => new()
    {
        Bucket = Bucket, Prefix = $"{Guid.NewGuid():N}/", Endpoint = Server.Endpoint, AccessKey = Server.Owner.AccessKey, SecretKey = Server.Owner.SecretKey,
        PartBytes = 5 << 20,
    };

    /// <summary>Opens a store, which knows what the server can do.</summary>
    public static async Task<IObjectStore> OpenAsync(S3StoreOptions options)
    {
        var store = new S3Store(options);
        await store.ProbeAsync(CancellationToken.None);
        return store;
    }

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class CephFixture() : S3ServerFixture(S3Server.StartCeph);

public sealed class SwiftFixture() : S3ServerFixture(S3Server.StartSwift);

[CollectionDefinition(nameof(Ceph))]
public sealed class Ceph : ICollectionFixture<CephFixture>;

[CollectionDefinition(nameof(Swift))]
public sealed class Swift : ICollectionFixture<SwiftFixture>;
