using Ferry.Stores.Azure;
using Ferry.Testing;

namespace Ferry.Stores.Tests.Azure;

/// <summary>A server, started by the first test that wants it, and a container on it for all tests.</summary>
public sealed class AzureFixture : IDisposable
{
    private readonly Lazy<AzureServer> _server = new(() =>
    {
        var server = new AzureServer();
        MakeContainer(AzureStoreOptions.FromConnectionString(server.ConnectionString, Container));
        return server;
    });

    private const string Container = "ferry-tests";

    internal AzureServer Server => _server.Value;

    /// <summary>Options of the owner for a prefix that nobody has used.</summary>
    public AzureStoreOptions Options() => AzureStoreOptions.FromConnectionString(Server.ConnectionString, Container) with { Prefix = $"{Guid.NewGuid():N}" };

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
    }

    private static void MakeContainer(AzureStoreOptions options)
    {
        using var client = new AzureClient(options);
        using var answer = client.SendAsync(
            new AzureRequest(HttpMethod.Put, Key: null) { Query = [("restype", "container")] }, options.Name, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Null(answer.Failure);
    }
}

[CollectionDefinition(nameof(Azurite))]
public sealed class Azurite : ICollectionFixture<AzureFixture>;
