namespace Ferry.Core.Storage;

/// <summary>Refuses to write and to remove; the store below is not asked.</summary>
/// <param name="inner">The store; disposed with this.</param>
public sealed class ReadOnlyStore(IObjectStore inner) : IObjectStore
{
    /// <inheritdoc/>
    public StoreFacts Facts => inner.Facts;

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

    /// <inheritdoc/>
    public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => inner.ReadAsync(key, range, cancellation);

    /// <inheritdoc/>
    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
        Task.FromException<WriteOutcome>(Refusal(key, "written"));

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<FailedRemoval>>([.. keys.Select(key => new FailedRemoval(key, Refusal(key, "removed")))]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private StoreException Refusal(string key, string what) =>
        new(StoreError.Denied, $"{Facts.Name}: {key}: not {what}, for this store is used for reading only");
}
