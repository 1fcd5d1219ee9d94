using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <summary>
/// What <see cref="IObjectStore"/> promises, as tests: a subclass says how its store is opened. Every test has a store of its own, of which nothing is left
/// to the next one.
/// </summary>
public abstract partial class ObjectStoreContract : IAsyncLifetime
{
    /// <summary>Enough for every store to take it in parts.</summary>
    protected const int LargeLength = (20 << 20) + 3;

    private const int Writers = 16;

    private IObjectStore? _store;

    /// <summary>The store of this test.</summary>
    protected IObjectStore Store => _store ?? throw new InvalidOperationException("opened when the test begins");

    /// <summary>Ends what hangs.</summary>
    protected CancellationToken Cancellation { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public virtual async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    /// <summary>Opens a store that holds nothing, such as a prefix that nobody has used.</summary>
    protected abstract Task<IObjectStore> OpenAsync();

    /// <summary>Opens a store whose bucket, container or directory does not exist.</summary>
    protected abstract Task<IObjectStore> OpenMissingAsync();

    /// <summary>Whether the store can tell such a key from others; where it cannot, it refuses the key.</summary>
    protected virtual bool CanHold(string key) => true;

    protected static byte[] RandomBytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected Task<WriteOutcome> WriteAsync(string key, byte[] bytes, WriteOptions? options = null) =>
        Store.WriteAsync(key, ObjectContent.Of(bytes), options ?? WriteOptions.Always, Cancellation);

    protected async Task<byte[]> ReadAsync(string key, ByteRange? range = null)
    {
        await using var reading = await Store.ReadAsync(key, range, Cancellation);
        return await ReadToEndAsync(reading);
    }

    protected async Task<List<ObjectInfo>> ListAsync(string prefix = "")
    {
        var found = new List<ObjectInfo>();
        await foreach (var item in Store.ListAsync(prefix, Cancellation))
            found.Add(item);
        return found;
    }

    /// <summary>What is there and what the store says of it, which must agree.</summary>
    protected async Task<ObjectInfo> FindAsync(string key)
    {
        var found = await Store.FindAsync(key, Cancellation);
        Assert.NotNull(found);
        Assert.Equal(key, found.Key);
        return found;
    }

    private async Task<byte[]> ReadToEndAsync(ObjectReading reading)
    {
        using var bytes = new MemoryStream();
        await reading.Body.CopyToAsync(bytes, Cancellation);
        Assert.Equal(reading.Length, bytes.Length);
        return bytes.ToArray();
    }

    private async Task WriteAllAsync(IEnumerable<string> keys) => await Parallel.ForEachAsync(
        keys, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancellation },
        async (key, _) => Assert.Equal(WriteOutcome.Written, await WriteAsync(key, "x"u8.ToArray())));

    private static async Task FailsAsync(StoreError expected, IObjectStore store, string key, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(call);
        Assert.Equal(expected, failure.Error);
        Assert.Contains(store.Facts.Name, failure.Message, StringComparison.Ordinal);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    /// <summary>Unlike the framework's comparison fast enough for large ones.</summary>
    private static void AssertSame(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var common = expected.AsSpan().CommonPrefixLength(actual);
        Assert.True(common == expected.Length, $"the bytes differ from {common} on");
    }
}
