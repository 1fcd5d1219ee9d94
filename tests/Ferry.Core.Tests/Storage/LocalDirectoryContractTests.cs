using Ferry.Core.Storage;

namespace Ferry.Core.Tests.Storage;

public sealed class LocalDirectoryContractTests : LocalStoreContract
{
    protected override IObjectStore Decorate(IObjectStore store) => store;
}
