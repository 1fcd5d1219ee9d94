using System.Security.Cryptography;
using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <content>Large objects, and writes that are not finished.</content>
public abstract partial class ObjectStoreContract
{
    [ContractTheory]
    [InlineData(LargeLength)]
    [InlineData(16 << 20)]
    [InlineData((8 << 20) + 1)]
    [InlineData((5 << 20) - 1)]
    public async Task A_large_object_arrives_byte_for_byte(int length)
    {
        var contents = RandomBytes(length);
        Assert.Equal(WriteOutcome.Written, await WriteAsync("a/large", contents));
        Assert.Equal(length, (await FindAsync("a/large")).Length);
        Assert.Equal(length, Assert.Single(await ListAsync()).Length);
        AssertSame(contents, await ReadAsync("a/large"));
    }

    [ContractTheory]
    [InlineData(10)]
    [InlineData(LargeLength)]
    public async Task Content_whose_digest_is_known_arrives(int length)
    {
        var contents = RandomBytes(length);
        var content = new WatchedContent(contents) { Digest = SHA256.HashData(contents) };
        Assert.Equal(WriteOutcome.Written, await Store.WriteAsync("key", content, WriteOptions.Always, Cancellation));
        AssertSame(contents, await ReadAsync("key"));
        AssertAllClosed(content);
    }

    [ContractTheory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(LargeLength)]
    public async Task Progress_sums_up_to_the_length(int length)
    {
        long sum = 0;
        await WriteAsync("key", RandomBytes(length), new WriteOptions { Progress = bytes => Interlocked.Add(ref sum, bytes) });
        Assert.Equal(length, Interlocked.Read(ref sum));
    }

    [ContractTheory]
    [InlineData(1_000)]
    [InlineData(LargeLength)]
    public async Task Progress_of_a_refused_write_is_taken_back(int length)
    {
        long sum = 0;
        await WriteAsync("key", "x"u8.ToArray());
        var options = new WriteOptions { OnlyIfAbsent = true, Progress = bytes => Interlocked.Add(ref sum, bytes) };
        Assert.Equal(WriteOutcome.Refused, await WriteAsync("key", RandomBytes(length), options));
        Assert.Equal(0, Interlocked.Read(ref sum));
    }

    [ContractFact]
    public async Task A_write_that_is_cancelled_in_the_middle_leaves_no_object()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var content = new WatchedContent(RandomBytes(LargeLength)) { At = LargeLength / 2, Then = cancel.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("a/key", content, WriteOptions.Always, cancel.Token));
        Assert.Null(await Store.FindAsync("a/key", Cancellation));
        Assert.Empty(await ListAsync());
        AssertAllClosed(content);
    }

    [ContractFact]
    public async Task A_replacement_that_is_cancelled_in_the_middle_leaves_the_old_object()
    {
        await WriteAsync("key", "old"u8.ToArray());
        var old = await FindAsync("key");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var content = new WatchedContent(RandomBytes(LargeLength)) { At = LargeLength / 2, Then = cancel.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("key", content, WriteOptions.Always, cancel.Token));
        Assert.Equal("old"u8.ToArray(), await ReadAsync("key"));
        Assert.Equal(old.Version, (await FindAsync("key")).Version);
    }

    [ContractFact]
    public async Task A_call_that_was_cancelled_before_it_began_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await WriteAsync("kept", []);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.WriteAsync("key", ObjectContent.Of("x"u8.ToArray()), WriteOptions.Always, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.RemoveAsync(["kept"], cancelled));
        Assert.Equal("kept", Assert.Single(await ListAsync()).Key);
    }

    [ContractTheory]
    [InlineData(1_000)]
    [InlineData(LargeLength)]
    public async Task Content_that_cannot_be_read_to_its_end_leaves_no_object(int length)
    {
        var content = new WatchedContent(RandomBytes(length)) { At = length / 2, Then = () => throw new IOException("/source: Input/output error") };
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => Store.WriteAsync("key", content, WriteOptions.Always, Cancellation));
        Assert.Contains("/source: Input/output error", failure.Message, StringComparison.Ordinal);
        Assert.False(failure is StoreException { IsWorthRetrying: true }, "the store is not at fault");
        Assert.Null(await Store.FindAsync("key", Cancellation));
        AssertAllClosed(content);
    }

    [ContractFact]
    public async Task Many_objects_are_written_at_a_time()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(1, 64), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancellation },
            async (i, _) => await WriteAsync($"same/folder/{i:d2}", RandomBytes(i * 1_000, seed: i)));
        for (var i = 1; i <= 64; i++)
            AssertSame(RandomBytes(i * 1_000, seed: i), await ReadAsync($"same/folder/{i:d2}"));
    }

    private static void AssertAllClosed(WatchedContent content) => Assert.Equal(0, content.OpenStreams);
}
