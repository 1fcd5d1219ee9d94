using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <content>Ranges, and several readers.</content>
public abstract partial class ObjectStoreContract
{
    private const int RangedLength = 1_000;

    [ContractTheory]
    [InlineData(0, 1, 1)]
    [InlineData(0, RangedLength, RangedLength)]
    [InlineData(0, 5_000, RangedLength)]
    [InlineData(500, 100, 100)]
    [InlineData(999, 1, 1)]
    [InlineData(990, 100, 10)]
    [InlineData(990, 1L << 40, 10)]
    public async Task A_range_is_read(long offset, long length, int expected)
    {
        var contents = RandomBytes(RangedLength);
        await WriteAsync("key", contents);
        await using var reading = await Store.ReadAsync("key", new ByteRange(offset, length), Cancellation);
        Assert.Equal(expected, reading.Length);
        Assert.Equal(RangedLength, reading.Info.Length);
        AssertSame(contents[(int)offset..((int)offset + expected)], await ReadToEndAsync(reading));
    }

    [ContractTheory]
    [InlineData(RangedLength, RangedLength, 1)]
    [InlineData(RangedLength, 5_000, 10)]
    [InlineData(0, 0, 1)]
    public async Task A_range_beyond_the_end_is_refused(int objectLength, long offset, long length)
    {
        await WriteAsync("key", RandomBytes(objectLength));
        await FailsAsync(StoreError.Invalid, Store, "key", () => Store.ReadAsync("key", new ByteRange(offset, length), Cancellation));
    }

    [ContractFact]
    public async Task Ranges_side_by_side_give_the_whole_object()
    {
        const int pieces = 8;
        var contents = RandomBytes(LargeLength);
        await WriteAsync("large", contents);
        var pieceLength = (LargeLength + pieces - 1) / pieces;
        var read = await Task.WhenAll(Enumerable.Range(0, pieces).Select(i => ReadAsync("large", new ByteRange((long)i * pieceLength, pieceLength))));
        AssertSame(contents, read.SelectMany(piece => piece).ToArray());
    }

    [ContractFact]
    public async Task Ranges_tell_the_version_of_the_whole()
    {
        await WriteAsync("key", RandomBytes(RangedLength));
        await using var first = await Store.ReadAsync("key", new ByteRange(0, 10), Cancellation);
        await using var second = await Store.ReadAsync("key", new ByteRange(10, 10), Cancellation);
        Assert.Equal(first.Info.Version, second.Info.Version);
        Assert.Equal((await FindAsync("key")).Version, first.Info.Version);
        await WriteAsync("key", RandomBytes(RangedLength, seed: 2));
        await using var third = await Store.ReadAsync("key", new ByteRange(20, 10), Cancellation);
        Assert.NotEqual(first.Info.Version, third.Info.Version);
    }

    [ContractFact]
    public async Task Two_readers_read_at_a_time()
    {
        var contents = RandomBytes(1 << 20);
        await WriteAsync("key", contents);
        await using var one = await Store.ReadAsync("key", null, Cancellation);
        await using var other = await Store.ReadAsync("key", null, Cancellation);
        var (first, second) = (new byte[contents.Length], new byte[contents.Length]);
        for (var offset = 0; offset < contents.Length; offset += 128 << 10)
        {
            await one.Body.ReadExactlyAsync(first.AsMemory(offset, 128 << 10), Cancellation);
            await other.Body.ReadExactlyAsync(second.AsMemory(offset, 128 << 10), Cancellation);
        }

        AssertSame(contents, first);
        AssertSame(contents, second);
    }

    [ContractFact]
    public async Task A_reading_may_be_closed_early()
    {
        var contents = RandomBytes(LargeLength);
        await WriteAsync("large", contents);
        for (var i = 0; i < 40; i++)
        {
            await using var reading = await Store.ReadAsync("large", null, Cancellation);
            Assert.Equal(1, await reading.Body.ReadAsync(new byte[1], Cancellation));
        }

        AssertSame(contents, await ReadAsync("large"));
    }

    [ContractFact]
    public async Task Reading_ends_when_it_is_cancelled()
    {
        await WriteAsync("large", RandomBytes(LargeLength));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var reading = await Store.ReadAsync("large", null, cancel.Token);
        await reading.Body.ReadExactlyAsync(new byte[10], Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Body.CopyToAsync(Stream.Null, Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("large", null, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.FindAsync("large", cancel.Token));
    }

    [ContractFact]
    public async Task A_reader_during_a_replacement_sees_one_of_the_two()
    {
        var (old, replacement) = (RandomBytes(LargeLength, seed: 1), RandomBytes(LargeLength, seed: 2));
        await WriteAsync("large", old);
        var oldVersion = (await FindAsync("large")).Version;
        await using var reading = await Store.ReadAsync("large", null, Cancellation);
        var read = new byte[LargeLength];
        await reading.Body.ReadExactlyAsync(read.AsMemory(0, 1 << 20), Cancellation);
        await WriteAsync("large", replacement);
        try
        {
            await reading.Body.ReadExactlyAsync(read.AsMemory(1 << 20), Cancellation);
            AssertSame(reading.Info.Version == oldVersion ? old : replacement, read);
        }
        catch (StoreException)
        {
            // Allowed: the old bytes are gone, and that was said.
        }

        AssertSame(replacement, await ReadAsync("large"));
    }

    [ContractFact]
    public async Task Readers_never_see_a_mixture_of_versions()
    {
        byte[][] versions = [RandomBytes(300_000, seed: 1), RandomBytes(300_000, seed: 2), RandomBytes(100_000, seed: 3)];
        await WriteAsync("key", versions[0]);
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= 40; i++)
                await WriteAsync("key", versions[i % versions.Length]);
        });
        do
        {
            var read = await ReadAsync("key");
            Assert.Contains(versions, version => version.AsSpan().SequenceEqual(read));
        }
        while (!writing.IsCompleted);
        await writing;
    }
}
