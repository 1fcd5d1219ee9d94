using System.Runtime.CompilerServices;
using Ferry.Core.Concurrency;

namespace Ferry.Core.Storage;

/// <summary>Keeps a store below a number of bytes per second, up and down together, and of calls at a time.</summary>
/// <remarks>
/// The calls have a plain cap: who waits for a network holds no thread, which rules the <see cref="AdaptiveLimiter"/> out, and how many are good is in
/// <see cref="StoreFacts.Requests"/>. A body that is being read does not count: whoever reads one object to write another would wait for itself. A page of a list does.
/// What a store reads twice to sign it is counted twice.
/// </remarks>
/// <param name="inner">The store; disposed with this.</param>
/// <param name="bandwidth">May be shared with other stores.</param>
/// <param name="requests">Calls at a time, 1 or more.</param>
public sealed class ThrottledStore(IObjectStore inner, BandwidthLimit bandwidth, int requests) : IObjectStore
{
    private readonly SemaphoreSlim _slots = new(requests, requests);

    /// <inheritdoc/>
    public StoreFacts Facts => inner.Facts with { Requests = Math.Min(inner.Facts.Requests, requests) };

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) =>
        InSlotAsync(() => inner.FindAsync(key, cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var reading = await InSlotAsync(() => inner.ReadAsync(key, range, cancellation), cancellation).ConfigureAwait(false);
        return new ObjectReading(reading.Info, reading.Length, new ThrottledBody(reading, bandwidth, cancellation), owner: null);
    }

    /// <inheritdoc/>
    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
        InSlotAsync(() => inner.WriteAsync(key, new ThrottledContent(content, bandwidth, cancellation), options, cancellation), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = inner.ListAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
        await using (list.ConfigureAwait(false))
        {
            while (await InSlotAsync(() => list.MoveNextAsync().AsTask(), cancellation).ConfigureAwait(false))
            {
                yield return list.Current;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) =>
        InSlotAsync(() => inner.RemoveAsync(keys, cancellation), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        _slots.Dispose();
    }

    private async Task<T> InSlotAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private sealed class ThrottledBody(ObjectReading reading, BandwidthLimit bandwidth, CancellationToken cancellation) : BodyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await reading.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            await bandwidth.ConsumeAsync(read, cancellationToken.CanBeCanceled ? cancellationToken : cancellation).ConfigureAwait(false);
            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            reading.Body.Dispose();
            base.Dispose(disposing);
        }
    }
}
