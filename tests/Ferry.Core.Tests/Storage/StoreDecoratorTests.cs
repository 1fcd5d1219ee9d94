using Ferry.Core.Concurrency;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

public sealed class StoreDecoratorTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly LocalDirectoryStore _local;

    public StoreDecoratorTests() => _local = new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_read_only_store_is_read_and_listed()
    {
        _tree.Write("a/key", "contents");
        await using var store = new ReadOnlyStore(_local);
        Assert.Equal(8, (await store.FindAsync("a/key", default))!.Length);
        await using var reading = await store.ReadAsync("a/key", new ByteRange(0, 3), default);
        Assert.Equal(3, reading.Length);
        await foreach (var found in store.ListAsync("", default))
            Assert.Equal("a/key", found.Key);
    }

    [Fact]
    public async Task A_read_only_store_refuses_to_write_and_to_remove()
    {
        _tree.Write("a/key", "contents");
        await using var store = new ReadOnlyStore(_local);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync("b", ObjectContent.Of(new byte[1]), WriteOptions.Always, default));
        Assert.Equal((StoreError.Denied, $"{_tree.Path}: b: not written, for this store is used for reading only"), (failure.Error, failure.Message));
        var failed = Assert.Single(await store.RemoveAsync(["a/key"], default));
        Assert.Equal(("a/key", StoreError.Denied), (failed.Key, failed.Error.Error));
        Assert.Equal(["a/key"], _tree.Files());
    }

    [Fact]
    public async Task Each_call_is_traced_in_a_line()
    {
        var (lines, clock) = (new List<string>(), new FakeClock());
        await using var store = new TracedStore(_local, lines.Add, clock);
        await store.WriteAsync("a\nkey", ObjectContent.Of(new byte[10]), WriteOptions.Always, default);
        await store.WriteAsync("a\nkey", ObjectContent.Of(new byte[10]), WriteOptions.IfAbsent, default);
        await store.FindAsync("missing", default);
        await store.FindAsync("a\nkey", default);
        await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync("missing", null, default));
        await using (var reading = await store.ReadAsync("a\nkey", new ByteRange(2, 4), default))
        {
            await reading.Body.ReadExactlyAsync(new byte[4]);
            clock.Advance(TimeSpan.FromMilliseconds(12));
        }

        await using (var reading = await store.ReadAsync("a\nkey", null, default))
            await reading.Body.ReadExactlyAsync(new byte[1]);
        await foreach (var _ in store.ListAsync("", default))
        {
        }

        await foreach (var _ in store.ListAsync("a", default))
            break;
        await store.RemoveAsync(["a\nkey"], default);
        await store.RemoveAsync(["one", "two"], default);
        Assert.Equal(
            [
                "write a\\nkey: 10 B, 0 ms, written", "write a\\nkey: 0 B, 0 ms, refused", "find missing: 0 B, 0 ms, none", "find a\\nkey: 10 B, 0 ms, found",
                "read missing: 0 B, 0 ms, notfound", "read a\\nkey 2+4: 4 B, 12 ms, read", "read a\\nkey: 1 B, 0 ms, closed early",
                "list (all): 0 B, 0 ms, listed 1", "list a: 0 B, 0 ms, left early 1", "remove a\\nkey: 0 B, 0 ms, removed", "remove 2 keys: 0 B, 0 ms, removed",
            ],
            lines);
    }

    [Fact]
    public async Task A_trace_holds_no_message_of_a_failure()
    {
        var lines = new List<string>();
        await using var faulty = new FaultyStore(_local);
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(StoreError.Denied));
        faulty.Plan(StoreCall.List, PlannedFault.Fail(StoreError.Throttled));
        var store = new TracedStore(faulty, lines.Add, new FakeClock());
        await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", default));
        await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var _ in store.ListAsync("x", default))
            {
            }
        });
        Assert.Equal(["find key: 0 B, 0 ms, denied", "list x: 0 B, 0 ms, throttled 0"], lines);
    }

    [Fact]
    public async Task No_more_bytes_pass_than_the_limit_allows()
    {
        var clock = new ImpatientClock();
        await using var store = new ThrottledStore(_local, new BandwidthLimit(100_000, clock), requests: 1);
        var contents = new byte[1_000_000];
        await store.WriteAsync("key", ObjectContent.Of(contents), WriteOptions.Always, default);
        // The first tenth of a second's bytes pass at once.
        Assert.Equal(9.9, clock.DelaySeconds.Sum(), tolerance: 0.001);
        await using var reading = await store.ReadAsync("key", null, default);
        await reading.Body.CopyToAsync(Stream.Null);
        Assert.Equal(19.9, clock.DelaySeconds.Sum(), tolerance: 0.2);
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_the_limit_allows()
    {
        var entered = new SemaphoreSlim(0);
        var go = new TaskCompletionSource();
        await using var faulty = new FaultyStore(_local);
        faulty.Plan(StoreCall.Find, [.. Enumerable.Repeat(0, 5).Select(_ => PlannedFault.Meanwhile(_ =>
        {
            entered.Release();
            return go.Task;
        }))]);
        var store = new ThrottledStore(faulty, BandwidthLimit.None, requests: 2);
        Assert.Equal(Math.Min(2, _local.Facts.Requests), store.Facts.Requests);
        var calls = Enumerable.Range(0, 5).Select(i => store.FindAsync($"{i}", default)).ToArray();
        await entered.WaitAsync();
        await entered.WaitAsync();
        Assert.Equal(2, faulty.Calls.Count);
        go.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(5, faulty.Calls.Count);
    }
}
