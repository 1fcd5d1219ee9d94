using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ferry.Core.Storage;

namespace Ferry.Testing.Stores;

/// <summary>
/// A store whose calls fail as planned, each kind of call in the order of its plan; what nothing is planned for takes place. Disposing it fails the test if a planned
/// fault was not reached. Thread-safe.
/// </summary>
public sealed class FaultyStore(IObjectStore inner) : IObjectStore
{
    private readonly ConcurrentDictionary<StoreCall, ConcurrentQueue<PlannedFault>> _plan = [];
    private readonly ConcurrentQueue<(StoreCall Call, string Subject)> _calls = [];

    public StoreFacts Facts => inner.Facts;

    /// <summary>The calls so far, and what they were about: a key, a key with its range, a prefix, keys.</summary>
    public IReadOnlyList<(StoreCall Call, string Subject)> Calls => [.. _calls];

    /// <summary>Plans what happens to the next calls of a kind that nothing is planned for yet.</summary>
    public void Plan(StoreCall call, params PlannedFault[] faults)
    {
        foreach (var fault in faults)
            _plan.GetOrAdd(call, _ => []).Enqueue(fault);
    }

    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation)
    {
        var fault = await NextAsync(StoreCall.Find, key);
        var found = await inner.FindAsync(key, cancellation);
        return fault is { LosesAnswer: true } ? throw fault.Failure! : found;
    }

    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var fault = await NextAsync(StoreCall.Read, range is { } wanted ? $"{key} {wanted.Offset}+{wanted.Length}" : key);
        var reading = await inner.ReadAsync(key, range, cancellation);
        return fault is { After: > 0 }
            ? new ObjectReading(reading.Info, reading.Length, new BreakingBody(reading, fault.After, fault.Failure!), owner: null)
            : reading;
    }

    public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        var fault = await NextAsync(StoreCall.Write, key);
        var outcome = await inner.WriteAsync(key, content, options, cancellation);
        if (fault is not { LosesAnswer: true })
            return outcome;
        // Of bytes whose arrival nobody confirms, none are counted.
        if (outcome == WriteOutcome.Written)
            options.Progress?.Invoke(-content.Length);
        throw fault.Failure!;
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var fault = await NextAsync(StoreCall.List, prefix);
        long count = 0;
        await foreach (var found in inner.ListAsync(prefix, cancellation))
        {
            if (fault?.Failure is { } failure && count++ == fault.After)
                throw failure;
            yield return found;
        }
    }

    public async Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var fault = await NextAsync(StoreCall.Remove, string.Join(' ', keys));
        var failing = fault?.Keys ?? [];
        var failed = await inner.RemoveAsync([.. keys.Except(failing)], cancellation);
        return fault is { LosesAnswer: true }
            ? throw fault.Failure!
            : [.. failed, .. failing.Select(key => new FailedRemoval(key, fault!.Failure!))];
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        var missed = _plan.Where(plan => !plan.Value.IsEmpty).Select(plan => $"{plan.Value.Count} of {plan.Key}").ToArray();
        if (missed.Length > 0)
            throw new InvalidOperationException($"planned faults were not reached: {string.Join(", ", missed)}");
    }

    /// <summary>Takes the fault that is planned for a call; one that fails the call itself is thrown.</summary>
    private async Task<PlannedFault?> NextAsync(StoreCall call, string subject)
    {
        _calls.Enqueue((call, subject));
        if (!_plan.TryGetValue(call, out var plan) || !plan.TryDequeue(out var fault))
            return null;
        if (fault.Before is { } act)
            await act(inner);
        return fault is { Failure: { } failure, LosesAnswer: false, Keys: null, After: 0 } ? throw failure : fault;
    }

    private sealed class BreakingBody(ObjectReading reading, long after, StoreException failure) : BodyStream
    {
        private long _left = after;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                throw failure;
            var read = await reading.Body.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            await reading.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
