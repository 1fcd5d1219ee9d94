using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

public sealed class ResumingBodyTests : IDisposable
{
    private const int Length = 100_000;

    private readonly TempTree _tree = new();
    private readonly ImpatientClock _clock = new();
    private readonly byte[] _contents = new byte[Length];

    public ResumingBodyTests()
    {
        new Random(1).NextBytes(_contents);
        _tree.Write("key", _contents);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_body_that_breaks_goes_on_at_the_byte_where_it_broke()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, PlannedFault.Break(1), PlannedFault.Break(40_000), PlannedFault.Fail(StoreError.Throttled), PlannedFault.Break(Length - 40_001));
        Assert.Equal(_contents, await ReadAsync(faulty, null));
        Assert.Equal(["key", $"key 1+{Length - 1}", $"key 40001+{Length - 40_001}", $"key 40001+{Length - 40_001}"], faulty.Calls.Select(call => call.Subject));
        Assert.Equal([1, 1, 2], _clock.DelaySeconds);
    }

    [Fact]
    public async Task A_range_that_breaks_goes_on_within_the_range()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, PlannedFault.Break(300));
        Assert.Equal(_contents[5_000..6_000], await ReadAsync(faulty, new ByteRange(5_000, 1_000)));
        Assert.Equal(["key 5000+1000", "key 5300+700"], faulty.Calls.Select(call => call.Subject));
    }

    [Fact]
    public async Task A_body_of_what_was_replaced_meanwhile_is_not_continued()
    {
        await using var faulty = Faulty();
        faulty.Plan(
            StoreCall.Read, PlannedFault.Break(500),
            PlannedFault.Meanwhile(store => store.WriteAsync("key", ObjectContent.Of(new byte[Length]), WriteOptions.Always, default)));
        var failure = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(faulty, null));
        Assert.EndsWith($"key: was replaced while it was read; 500 of {Length} bytes had arrived", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsWorthRetrying);
        Assert.Equal(2, faulty.Calls.Count);
    }

    [Fact]
    public async Task A_body_of_what_was_removed_meanwhile_is_not_found()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, PlannedFault.Break(500), PlannedFault.Meanwhile(store => store.RemoveAsync(["key"], default)));
        Assert.Equal(StoreError.NotFound, (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(faulty, null))).Error);
    }

    [Theory]
    [InlineData(StoreError.Integrity)]
    [InlineData(StoreError.Denied)]
    public async Task Bytes_after_which_a_body_is_wrong_are_not_continued(StoreError error)
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, PlannedFault.Break(500, error));
        Assert.Equal(error, (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(faulty, null))).Error);
        Assert.Single(faulty.Calls);
    }

    [Fact]
    public async Task A_body_that_never_comes_back_fails_when_the_time_is_up()
    {
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, [PlannedFault.Break(500), .. Enumerable.Repeat(0, 8).Select(_ => PlannedFault.Fail(StoreError.Transient))]);
        var failure = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(faulty, null));
        Assert.Equal((StoreError.Transient, "planned: Transient (attempt 9, after 55 s)"), (failure.Error, failure.Message));
    }

    [Fact]
    public async Task Every_byte_that_arrives_gives_new_time()
    {
        const int breaks = 200;
        await using var faulty = Faulty();
        faulty.Plan(StoreCall.Read, [.. Enumerable.Repeat(0, breaks).Select(_ => PlannedFault.Break(100))]);
        Assert.Equal(_contents, await ReadAsync(faulty, null));
        Assert.Equal(breaks, _clock.DelaySeconds.Count);
        Assert.All(_clock.DelaySeconds, delay => Assert.Equal(1, delay));
    }

    private FaultyStore Faulty() => new(new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System));

    private async Task<byte[]> ReadAsync(FaultyStore faulty, ByteRange? range)
    {
        var options = new RetryOptions { FirstDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(10), TotalTime = TimeSpan.FromSeconds(60) };
        var store = new RetryingStore(faulty, options, _clock, () => 1);
        await using var reading = await store.ReadAsync("key", range, default);
        using var bytes = new MemoryStream();
        await reading.Body.CopyToAsync(bytes);
        Assert.Equal(reading.Length, bytes.Length);
        return bytes.ToArray();
    }
}
