using System.Runtime.CompilerServices;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>
/// Tries again what may succeed later, with growing waits, until the time is up: also a body that breaks in the middle, from that byte on, and a list, from that key
/// on. A write whose first answer was lost is not taken for somebody else's.
/// </summary>
/// <param name="inner">The store; disposed with this.</param>
/// <param name="options">How long.</param>
/// <param name="time">The clock and its timers.</param>
/// <param name="random">Numbers from 0 to 1, thread-safe; null for those of the framework.</param>
public sealed class RetryingStore(IObjectStore inner, RetryOptions options, TimeProvider time, Func<double>? random = null) : IObjectStore
{
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;

    /// <inheritdoc/>
    public StoreFacts Facts => inner.Facts;

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) =>
        RepeatAsync(() => inner.FindAsync(key, cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var budget = NewBudget();
        var reading = await RepeatAsync(() => inner.ReadAsync(key, range, cancellation), budget, cancellation).ConfigureAwait(false);
        return new ObjectReading(
            reading.Info, reading.Length, new ResumingBody(inner, reading, range?.Offset ?? 0, budget, cancellation), owner: null);
    }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        var budget = NewBudget();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                var outcome = await inner.WriteAsync(key, content, options, cancellation).ConfigureAwait(false);
                return outcome == WriteOutcome.Refused && !isFirst && await IsThereAsync(key, content, cancellation).ConfigureAwait(false)
                    ? Written(content, options)
                    : outcome;
            }
            catch (StoreException e)
            {
                await budget.WaitAsync(e, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var budget = NewBudget();
        byte[]? last = null;
        while (true)
        {
            var list = inner.ListAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
            await using (list.ConfigureAwait(false))
            {
                StoreException? failure = null;
                while (failure is null)
                {
                    try
                    {
                        if (!await list.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }
                    }
                    catch (StoreException e)
                    {
                        failure = e;
                        break;
                    }

                    var key = Encoding.UTF8.GetBytes(list.Current.Key);
                    if (last is null || NameOrder.Compare(key, last) > 0)
                    {
                        last = key;
                        budget.Renew();
                        yield return list.Current;
                    }
                }

                await budget.WaitAsync(failure!, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var budget = NewBudget();
        var failed = new List<FailedRemoval>();
        while (true)
        {
            var result = await RepeatAsync(() => inner.RemoveAsync(keys, cancellation), budget, cancellation).ConfigureAwait(false);
            failed.AddRange(result.Where(static removal => !removal.Error.IsWorthRetrying));
            var again = result.Where(static removal => removal.Error.IsWorthRetrying).ToList();
            if (again.Count == 0)
            {
                return failed;
            }

            try
            {
                await budget.WaitAsync(again[0].Error, cancellation).ConfigureAwait(false);
            }
            catch (StoreException)
            {
                // The time is up: what is left is reported, each with its own cause.
                return [.. failed, .. again];
            }

            keys = [.. again.Select(static removal => removal.Key)];
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private RetryBudget NewBudget() => new(options, time, _random);

    private Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellation) => RepeatAsync(call, NewBudget(), cancellation);

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> call, RetryBudget budget, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StoreException e)
            {
                await budget.WaitAsync(e, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Progress was taken back with the refusal; the bytes did arrive, by the attempt before.</summary>
    private static WriteOutcome Written(ObjectContent content, WriteOptions options)
    {
        options.Progress?.Invoke(content.Length);
        return WriteOutcome.Written;
    }

    /// <summary>Whether what is under the key is byte for byte what an attempt, that seemed to fail, was to write.</summary>
    private async Task<bool> IsThereAsync(string key, ObjectContent content, CancellationToken cancellation)
    {
        if (await FindAsync(key, cancellation).ConfigureAwait(false) is not { } found || found.Length != content.Length)
        {
            return false;
        }

        try
        {
            var reading = await ReadAsync(key, null, cancellation).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                var own = content.Open(new ByteRange(0, content.Length));
                await using (own.ConfigureAwait(false))
                {
                    return await SameBytes.AsyncOf(reading.Body, own, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            return false;
        }
    }
}
