using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <content>Writes under a condition, one after the other and at once.</content>
public abstract partial class ObjectStoreContract
{
    [ContractTheory]
    [InlineData(10)]
    [InlineData(LargeLength)]
    public async Task A_write_only_if_absent_does_not_replace(int length)
    {
        var (first, second) = (RandomBytes(length, seed: 1), RandomBytes(length, seed: 2));
        Assert.Equal(WriteOutcome.Written, await WriteAsync("a/key", first, WriteOptions.IfAbsent));
        var version = (await FindAsync("a/key")).Version;
        Assert.Equal(WriteOutcome.Refused, await WriteAsync("a/key", second, WriteOptions.IfAbsent));
        AssertSame(first, await ReadAsync("a/key"));
        Assert.Equal(version, (await FindAsync("a/key")).Version);
        Assert.Single(await ListAsync());
    }

    [ContractFact]
    public async Task A_key_is_absent_again_when_it_was_removed()
    {
        await WriteAsync("key", "old"u8.ToArray());
        await Store.RemoveAsync(["key"], Cancellation);
        Assert.Equal(WriteOutcome.Written, await WriteAsync("key", "new"u8.ToArray(), WriteOptions.IfAbsent));
    }

    [ContractTheory]
    [InlineData(10)]
    [InlineData(LargeLength)]
    public async Task A_write_over_a_version_replaces_that_version_only(int length)
    {
        await WriteAsync("key", RandomBytes(length, seed: 1));
        var first = (await FindAsync("key")).Version;
        Assert.Equal(WriteOutcome.Written, await WriteAsync("key", RandomBytes(length, seed: 2), Over(first)));
        Assert.Equal(WriteOutcome.Refused, await WriteAsync("key", RandomBytes(length, seed: 3), Over(first)));
        AssertSame(RandomBytes(length, seed: 2), await ReadAsync("key"));
        await using var reading = await Store.ReadAsync("key", new ByteRange(0, 1), Cancellation);
        Assert.Equal(WriteOutcome.Written, await WriteAsync("key", RandomBytes(length, seed: 4), Over(reading.Info.Version)));
        var listed = Assert.Single(await ListAsync());
        Assert.Equal(WriteOutcome.Written, await WriteAsync("key", RandomBytes(length, seed: 5), Over(listed.Version)));
        AssertSame(RandomBytes(length, seed: 5), await ReadAsync("key"));
    }

    [ContractFact]
    public async Task A_write_over_a_version_of_what_is_gone_is_refused()
    {
        await WriteAsync("key", "old"u8.ToArray());
        var version = (await FindAsync("key")).Version;
        await Store.RemoveAsync(["key"], Cancellation);
        Assert.Equal(WriteOutcome.Refused, await WriteAsync("key", "new"u8.ToArray(), Over(version)));
        Assert.Null(await Store.FindAsync("key", Cancellation));
    }

    [ContractTheory]
    [InlineData(100, Writers)]
    [InlineData(LargeLength, 4)]
    public async Task Of_writers_at_once_that_want_it_absent_one_wins(int length, int writers) =>
        await OneWinsAsync(length, writers, WriteOptions.IfAbsent);

    [ContractTheory]
    [InlineData(100, Writers)]
    [InlineData(LargeLength, 4)]
    public async Task Of_writers_at_once_over_the_same_version_one_wins(int length, int writers)
    {
        await WriteAsync("contended", "what all have seen"u8.ToArray());
        await OneWinsAsync(length, writers, Over((await FindAsync("contended")).Version));
    }

    private async Task OneWinsAsync(int length, int writers, WriteOptions options)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(() => TryWriteAsync(length, i, options))));
        var winners = Enumerable.Range(0, writers).Where(i => outcomes[i] == WriteOutcome.Written).ToArray();
        var unknown = Enumerable.Range(0, writers).Where(i => outcomes[i] is null).ToArray();
        if (Store.Facts.HasConditionalWrites && length <= Store.Facts.ConditionalBytes)
            Assert.InRange(winners.Length, unknown.Length > 0 ? 0 : 1, 1);
        Assert.NotEqual(0, winners.Length + unknown.Length);
        var there = await ReadAsync("contended");
        Assert.Contains(winners.Concat(unknown), i => RandomBytes(length, seed: 100 + i).AsSpan().SequenceEqual(there));
        Assert.Equal(WriteOutcome.Refused, await WriteAsync("contended", "late"u8.ToArray(), options));
    }

    /// <summary>Null where it failed and may be tried again, as servers ask for whose writers meet.</summary>
    private async Task<WriteOutcome?> TryWriteAsync(int length, int writer, WriteOptions options)
    {
        try
        {
            return await WriteAsync("contended", RandomBytes(length, seed: 100 + writer), options);
        }
        catch (StoreException e) when (e.IsWorthRetrying)
        {
            return null;
        }
    }

    private static WriteOptions Over(string version) => new() { IfVersion = version };
}
