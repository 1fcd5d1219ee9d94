using Ferry.Core.Storage;
using Ferry.Stores.Azure;
using Ferry.Testing.Stores;

namespace Ferry.Stores.Tests.Azure;

/// <summary>The contract on Azurite. With blocks that are small enough for several of them in the suite's large objects.</summary>
[Collection(nameof(Azurite)), Requires("azurite")]
public sealed class AzureContractTests(AzureFixture fixture) : ObjectStoreContract
{
    protected override Task<IObjectStore> OpenAsync() =>
        Task.FromResult<IObjectStore>(new AzureStore(fixture.Options() with { BlockBytes = 4 << 20 }));

    protected override Task<IObjectStore> OpenMissingAsync() =>
        Task.FromResult<IObjectStore>(new AzureStore(fixture.Options() with { Container = "no-such-container" }));

    // The service takes a backslash for a slash.
    protected override bool CanHold(string key) => !key.Contains('\\');
}
