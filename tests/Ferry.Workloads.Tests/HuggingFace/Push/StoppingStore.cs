using System.Runtime.CompilerServices;
using Ferry.Core.Storage;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>Ends its user at a call, before or after it took place: no later one takes place. Thread-safe.</summary>
internal sealed class StoppingStore(IObjectStore inner, int at, bool isAfter) : IObjectStore
{
    private readonly CancellationTokenSource _end = new();
    private int _calls;

    /// <summary>Cancelled at the call.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Whether the call was reached.</summary>
    public bool IsReached => _end.IsCancellationRequested;

    public StoreFacts Facts => inner.Facts;

    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => CallAsync(() => inner.FindAsync(key, CancellationToken.None));

    public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => CallAsync(() => inner.ReadAsync(key, range, CancellationToken.None));

    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
        CallAsync(() => inner.WriteAsync(key, content, options, CancellationToken.None));

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await CallAsync(() => Task.FromResult(true));
        await foreach (var found in inner.ListAsync(prefix, CancellationToken.None)) yield return found;
    }

    public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => CallAsync(() => inner.RemoveAsync(keys, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _end.Dispose();
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        var number = Interlocked.Increment(ref _calls);
        if (number == at && !isAfter) await _end.CancelAsync();
        _end.Token.ThrowIfCancellationRequested();
        var result = await call();
        if (number == at) await _end.CancelAsync();
        _end.Token.ThrowIfCancellationRequested();
        return result;
    }
}
