using Ferry.Core.Concurrency;
using Ferry.Core.Storage;

namespace Ferry.Core.Tests.Storage;

public sealed class RetryingContractTests : LocalStoreContract
{
    protected override IObjectStore Decorate(IObjectStore store) => new RetryingStore(store, new RetryOptions(), TimeProvider.System);
}

public sealed class ThrottledContractTests : LocalStoreContract
{
    protected override IObjectStore Decorate(IObjectStore store) =>
        new ThrottledStore(store, new BandwidthLimit(2_000_000_000, TimeProvider.System), requests: 2);
}

public sealed class TracedContractTests : LocalStoreContract
{
    protected override IObjectStore Decorate(IObjectStore store) => new TracedStore(store, line => Assert.DoesNotContain('\n', line), TimeProvider.System);
}
