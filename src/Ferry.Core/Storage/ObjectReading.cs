namespace Ferry.Core.Storage;

/// <summary>An object, or a range of it, that is being read. Closing it early gives the connection up.</summary>
/// <param name="info">The whole object.</param>
/// <param name="length">Bytes to come.</param>
/// <param name="body">The bytes; ends after <paramref name="length"/> bytes or fails.</param>
/// <param name="owner">What is closed with it; null for nothing.</param>
public sealed class ObjectReading(ObjectInfo info, long length, Stream body, IDisposable? owner) : IAsyncDisposable
{
    /// <summary>The whole object; its version tells whether ranges that were read one after the other belong together.</summary>
    public ObjectInfo Info => info;

    /// <summary>Bytes to come.</summary>
    public long Length => length;

    /// <summary>The bytes. Read by one reader at a time; other failures than <see cref="StoreException"/> do not occur, but for cancellation.</summary>
    public Stream Body => body;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        owner?.Dispose();
    }
}
