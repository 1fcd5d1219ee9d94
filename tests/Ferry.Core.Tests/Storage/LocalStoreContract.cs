using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

/// <summary>The contract, on a directory in memory and what is put around its store.</summary>
public abstract class LocalStoreContract : ObjectStoreContract, IDisposable
{
    private readonly TempTree _tree = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.DoesNotContain(_tree.Files(), file => file.Contains(".ferry-tmp-", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _tree.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult(Decorate(new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System)));

    protected override Task<IObjectStore> OpenMissingAsync() =>
        Task.FromResult(Decorate(new LocalDirectoryStore(_tree["missing"], cores: 2, TimeProvider.System)));

    protected abstract IObjectStore Decorate(IObjectStore store);
}
