using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>
/// Writes a line for each call: what was done, the key, bytes, milliseconds, how it ended. Never a message, a header or an address: those may hold credentials.
/// </summary>
/// <param name="inner">The store; disposed with this.</param>
/// <param name="write">Takes a line without its end; on any thread.</param>
/// <param name="time">The clock.</param>
public sealed class TracedStore(IObjectStore inner, Action<string> write, TimeProvider time) : IObjectStore
{
    /// <inheritdoc/>
    public StoreFacts Facts => inner.Facts;

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => TraceAsync(
        "find", key, () => inner.FindAsync(key, cancellation), static found => (found?.Length ?? 0, found is null ? "none" : "found"));

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var line = Begin("read", range is { } wanted ? $"{Display(key)} {wanted.Offset}+{wanted.Length}" : Display(key));
        try
        {
            var reading = await inner.ReadAsync(key, range, cancellation).ConfigureAwait(false);
            return new ObjectReading(reading.Info, reading.Length, new TracedBody(reading, line), owner: null);
        }
        catch (Exception e)
        {
            line.End(0, Outcome(e));
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) => TraceAsync(
        "write", key, () => inner.WriteAsync(key, content, options, cancellation),
        outcome => outcome == WriteOutcome.Written ? (content.Length, "written") : (0, "refused"));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var line = Begin("list", Display(prefix));
        var (count, outcome) = (0, "left early");
        var list = inner.ListAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (await MoveNextAsync().ConfigureAwait(false))
            {
                count++;
                yield return list.Current;
            }

            outcome = "listed";
        }
        finally
        {
            await list.DisposeAsync().ConfigureAwait(false);
            line.End(0, $"{outcome} {count}");
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await list.MoveNextAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                outcome = Outcome(e);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => TraceAsync(
        "remove", keys.Count == 1 ? keys[0] : $"{keys.Count} keys", () => inner.RemoveAsync(keys, cancellation),
        failed => (0, failed.Count == 0 ? "removed" : $"{failed.Count} failed: {Outcome(failed[0].Error)}"));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<T> TraceAsync<T>(string verb, string subject, Func<Task<T>> call, Func<T, (long Bytes, string Outcome)> describe)
    {
        var line = Begin(verb, Display(subject));
        try
        {
            var result = await call().ConfigureAwait(false);
            var (bytes, outcome) = describe(result);
            line.End(bytes, outcome);
            return result;
        }
        catch (Exception e)
        {
            line.End(0, Outcome(e));
            throw;
        }
    }

    private TraceLine Begin(string verb, string subject) => new(verb, subject, write, time);

    private static string Outcome(Exception failure) => failure switch
    {
        StoreException e => e.Error.ToString().ToLowerInvariant(),
        OperationCanceledException => "cancelled",
        _ => "failed",
    };

    private static string Display(string key) => key.Length == 0 ? "(all)" : PathText.Display(Encoding.UTF8.GetBytes(key));

    private sealed class TraceLine(string verb, string subject, Action<string> write, TimeProvider time)
    {
        private readonly long _start = time.GetTimestamp();

        public void End(long bytes, string outcome) => write(string.Create(
            CultureInfo.InvariantCulture, $"{verb} {subject}: {bytes} B, {time.GetElapsedTime(_start).TotalMilliseconds:0} ms, {outcome}"));
    }

    /// <summary>Counts what is read; its line comes when it is closed.</summary>
    private sealed class TracedBody(ObjectReading reading, TraceLine line) : BodyStream
    {
        private long _bytes;
        private string? _failure;
        private bool _isClosed;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await reading.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _bytes += read;
                return read;
            }
            catch (Exception e)
            {
                _failure = Outcome(e);
                throw;
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            reading.Body.Dispose();
            if (!_isClosed)
            {
                _isClosed = true;
                line.End(_bytes, _failure ?? (_bytes == reading.Length ? "read" : "closed early"));
            }

            base.Dispose(disposing);
        }
    }
}
