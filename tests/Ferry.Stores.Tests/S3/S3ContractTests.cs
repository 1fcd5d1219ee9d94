using Ferry.Core.Storage;
using Ferry.Testing.Stores;

namespace Ferry.Stores.Tests.S3;

/// <summary>The contract on a real server.</summary>
public abstract class S3ContractTests(S3ServerFixture fixture) : ObjectStoreContract
{
    protected override Task<IObjectStore> OpenAsync() => S3ServerFixture.OpenAsync(fixture.Options());

    protected override Task<IObjectStore> OpenMissingAsync() =>
        Task.FromResult<IObjectStore>(new Ferry.Stores.S3.S3Store(fixture.Options() with { Bucket = "no-such-bucket" }));
}

[Collection(nameof(Ceph))]
[Requires("s3-ceph")]
public sealed class CephContractTests(CephFixture fixture) : S3ContractTests(fixture);

[Collection(nameof(Swift))]
[Requires("s3-swift")]
public sealed class SwiftContractTests(SwiftFixture fixture) : S3ContractTests(fixture);
