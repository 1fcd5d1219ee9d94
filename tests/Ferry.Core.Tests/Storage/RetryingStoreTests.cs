using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

public sealed class RetryingStoreTests : IDisposable
{
    private static readonly RetryOptions s_options = new()
    {
        FirstDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(10), TotalTime = TimeSpan.FromSeconds(60),
    };

    private readonly TempTree _tree = new();
    private readonly ImpatientClock _clock = new();
    private readonly byte[] _contents = new byte[100_000];
    private double _random = 1;

    public RetryingStoreTests() => new Random(1).NextBytes(_contents);

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(StoreError.Transient)]
    [InlineData(StoreError.Throttled)]
    [InlineData(StoreError.Integrity)]
    public async Task What_may_succeed_later_is_tried_again(StoreError error)
    {
        await using var faulty = Faulty();
        await using var store = Retrying(faulty);
        await store.WriteAsync("key", ObjectContent.Of(_contents), WriteOptions.Always, default);
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(error), PlannedFault.Fail(error));
        faulty.Plan(StoreCall.Read, PlannedFault.Fail(error));
        faulty.Plan(StoreCall.Write, PlannedFault.Fail(error));
        faulty.Plan(StoreCall.Remove, PlannedFault.Fail(error));
        Assert.Equal(_contents.Length, (await store.FindAsync("key", default))!.Length);
        Assert.Equal(_contents, await ReadAsync(store));
        Assert.Equal(WriteOutcome.Written, await store.WriteAsync("other", ObjectContent.Of(_contents), WriteOptions.Always, default));
        Assert.Empty(await store.RemoveAsync(["key"], default));
        Assert.Equal([1, 2, 1, 1, 1], _clock.DelaySeconds);
    }

    [Theory]
    [InlineData(StoreError.NotFound)]
    [InlineData(StoreError.NoStore)]
    [InlineData(StoreError.Denied)]
    [InlineData(StoreError.Invalid)]
    [InlineData(StoreError.Full)]
    public async Task What_will_not_succeed_later_is_not_tried_again(StoreError error)
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(error));
        await using var store = Retrying(faulty);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", default));
        Assert.Equal((error, $"planned: {error}"), (failure.Error, failure.Message));
        Assert.Single(faulty.Calls);
        Assert.Empty(_clock.DelaySeconds);
    }

    [Fact]
    public async Task Waits_double_up_to_the_longest_and_end_with_the_time()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, [.. Enumerable.Repeat(0, 9).Select(_ => PlannedFault.Fail(StoreError.Transient))]);
        await using var store = Retrying(faulty);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", default));
        Assert.Equal([1, 2, 4, 8, 10, 10, 10, 10], _clock.DelaySeconds);
        Assert.Equal((StoreError.Transient, "planned: Transient (attempt 9, after 55 s)"), (failure.Error, failure.Message));
    }

    [Fact]
    public async Task Waits_have_full_jitter()
    {
        _random = 0.25;
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(StoreError.Transient), PlannedFault.Fail(StoreError.Transient));
        await using var store = Retrying(faulty);
        await store.FindAsync("key", default);
        Assert.Equal([0.25, 0.5], _clock.DelaySeconds);
    }

    [Fact]
    public async Task The_wait_that_the_store_asks_for_is_the_least()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(StoreError.Throttled, TimeSpan.FromSeconds(30)));
        await using var store = Retrying(faulty);
        await store.FindAsync("key", default);
        Assert.Equal([31], _clock.DelaySeconds);
    }

    [Fact]
    public async Task A_wait_beyond_the_total_time_is_not_begun()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(StoreError.Throttled, TimeSpan.FromMinutes(10)));
        await using var store = Retrying(faulty);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", default));
        Assert.Equal(TimeSpan.FromMinutes(10), failure.RetryAfter);
        Assert.Empty(_clock.DelaySeconds);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Find, PlannedFault.Fail(StoreError.Transient));
        await using var store = new RetryingStore(faulty, s_options, new FakeClock(), () => 1);
        using var cancel = new CancellationTokenSource();
        var call = store.FindAsync("key", cancel.Token);
        Assert.False(call.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_write_that_took_place_though_its_answer_was_lost_is_no_refusal()
    {
        long progress = 0;
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Write, PlannedFault.LoseAnswer());
        await using var store = Retrying(faulty);
        var options = new WriteOptions { OnlyIfAbsent = true, Progress = bytes => Interlocked.Add(ref progress, bytes) };
        Assert.Equal(WriteOutcome.Written, await store.WriteAsync("key", ObjectContent.Of(_contents), options, default));
        Assert.Equal(_contents.Length, progress);

        var version = (await store.FindAsync("key", default))!.Version;
        faulty.Plan(StoreCall.Write, PlannedFault.LoseAnswer());
        Assert.Equal(
            WriteOutcome.Written, await store.WriteAsync("key", ObjectContent.Of("new"u8.ToArray()), new WriteOptions { IfVersion = version }, default));
    }

    [Fact]
    public async Task Somebody_elses_write_is_a_refusal_also_after_a_failure()
    {
        var others = (byte[])_contents.Clone();
        others[^1] ^= 1;
        await using var faulty = Faulty();
        faulty.Plan(
            StoreCall.Write, PlannedFault.Fail(StoreError.Transient),
            PlannedFault.Meanwhile(store => store.WriteAsync("key", ObjectContent.Of(others), WriteOptions.Always, default)));
        await using var store = Retrying(faulty);
        Assert.Equal(WriteOutcome.Refused, await store.WriteAsync("key", ObjectContent.Of(_contents), WriteOptions.IfAbsent, default));
        Assert.Equal(others, await ReadAsync(store));
    }

    [Fact]
    public async Task A_first_refusal_is_taken_as_it_is()
    {
        await using var faulty = Faulty();
        await using var store = Retrying(faulty);
        await store.WriteAsync("key", ObjectContent.Of(_contents), WriteOptions.Always, default);
        Assert.Equal(WriteOutcome.Refused, await store.WriteAsync("key", ObjectContent.Of(_contents), WriteOptions.IfAbsent, default));
        Assert.Equal(2, faulty.Calls.Count);
    }

    [Fact]
    public async Task A_list_that_breaks_goes_on_without_repeating_a_key()
    {
        await using var faulty = Faulty();
        await using var store = Retrying(faulty);
        string[] keys = ["a", "b", "c", "ｚ", "😀"];
        foreach (var key in keys)
            await store.WriteAsync(key, ObjectContent.Of(_contents), WriteOptions.Always, default);
        faulty.Plan(StoreCall.List, PlannedFault.Break(2), PlannedFault.Break(4), PlannedFault.Fail(StoreError.Throttled));
        var listed = new List<string>();
        await foreach (var found in store.ListAsync("", default))
            listed.Add(found.Key);
        Assert.Equal(keys, listed);
        Assert.Equal([1, 1, 2], _clock.DelaySeconds);
    }

    [Fact]
    public async Task Of_a_removal_only_what_failed_is_tried_again()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Remove, PlannedFault.FailKeys(StoreError.Transient, "b", "c"), PlannedFault.FailKeys(StoreError.Denied, "c"));
        await using var store = Retrying(faulty);
        var failed = Assert.Single(await store.RemoveAsync(["a", "b", "c"], default));
        Assert.Equal(("c", StoreError.Denied), (failed.Key, failed.Error.Error));
        Assert.Equal(["a b c", "b c"], faulty.Calls.Select(call => call.Subject));
    }

    [Fact]
    public async Task A_removal_that_goes_on_failing_reports_what_is_left()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Remove, [.. Enumerable.Repeat(0, 9).Select(_ => PlannedFault.FailKeys(StoreError.Throttled, "b"))]);
        await using var store = Retrying(faulty);
        Assert.Equal("b", Assert.Single(await store.RemoveAsync(["a", "b"], default)).Key);
        Assert.Equal(8, _clock.DelaySeconds.Count);
    }

    private FaultyStore Faulty() => new(new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System));

    private RetryingStore Retrying(FaultyStore store) => new(store, s_options, _clock, () => _random);

    private static async Task<byte[]> ReadAsync(RetryingStore store)
    {
        await using var reading = await store.ReadAsync("key", null, default);
        using var bytes = new MemoryStream();
        await reading.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
