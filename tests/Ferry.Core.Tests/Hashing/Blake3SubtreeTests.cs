using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

public class Blake3SubtreeTests
{
    private const int Range = 16 * 1024;
    private static readonly byte[] Data = KernelsHere.Bytes(5, 5 * 1024 * 1024);

    public static TheoryData<int> Lengths => new(
        from border in new[] { 2 * Range, 3 * Range, 4 * Range, 5 * Range, 8 * Range }
        from near in new[] { -1025, -1024, -1023, -1, 0, 1, 1023, 1024, 1025 }
        select border + near);

    [Theory, MemberData(nameof(Lengths))]
    public void Ranges_joined_give_the_digest_of_the_whole(int length)
    {
        var whole = Data.AsSpan(0, length);
        var (fromMemory, streamed, withTail) = (new Blake3(), new Blake3(), new Blake3());
        var subtree = new Blake3Subtree();
        Span<byte> chain = stackalloc byte[Blake3Subtree.ChainSize];
        for (var start = 0; start < length; start += Range)
        {
            var range = whole.Slice(start, Math.Min(Range, length - start));
            Blake3Subtree.ChainingValue(range, (ulong)start / 1024, chain);
            fromMemory.AppendSubtree(chain, range.Length);

            subtree.Reset((ulong)start / 1024);
            subtree.Append(range[..(range.Length / 3)]);
            subtree.Append(range[(range.Length / 3)..]);
            subtree.Finish(chain);
            streamed.AppendSubtree(chain, range.Length);

            if (start + Range >= length)
                withTail.Append(range);
            else
                withTail.AppendSubtree(chain, range.Length);
        }
        var expected = Blake3.Hash(whole);
        Assert.Equal(expected, fromMemory.Finish());
        Assert.Equal(expected, streamed.Finish());
        Assert.Equal(expected, withTail.Finish());
    }

    [Fact]
    public void Parallel_hashing_equals_hashing_on_one_thread()
    {
        const int MiB = 1 << 20;
        foreach (var border in new[] { MiB, 2 * MiB, 3 * MiB, 4 * MiB, 5 * MiB - 2 })
        {
            foreach (var length in new[] { border - 1, border, border + 1, border + 1024 }.Where(l => l <= Data.Length))
            {
                for (var threads = 1; threads <= 3; threads++)
                    Assert.Equal(Blake3.Hash(Data.AsSpan(0, length)), Blake3.HashParallel(Data.AsMemory(0, length), threads));
            }
        }
    }

    [Fact]
    public void Bytes_may_come_before_and_after_a_subtree()
    {
        Span<byte> chain = stackalloc byte[Blake3Subtree.ChainSize];
        foreach (var before in new[] { 1024, 2048, 3072, 4096, 12 * 1024 })
        {
            var size = before & -before;
            var hasher = new Blake3();
            hasher.Append(Data.AsSpan(0, before));
            Blake3Subtree.ChainingValue(Data.AsSpan(before, size), (ulong)before / 1024, chain);
            hasher.AppendSubtree(chain, size);
            Assert.Equal(Blake3.Hash(Data.AsSpan(0, before + size)), hasher.Finish());
            hasher.Append(Data.AsSpan(before + size, 5000));
            Assert.Equal(Blake3.Hash(Data.AsSpan(0, before + size + 5000)), hasher.Finish());
        }
    }

    [Fact]
    public void What_cannot_be_a_subtree_is_refused()
    {
        var chain = new byte[Blake3Subtree.ChainSize];
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ChainingValue(Data.AsSpan(0, 2048), 1, chain));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ChainingValue(Data.AsSpan(0, 3000), 2, chain));
        Assert.Throws<ArgumentException>(() => Blake3Subtree.ChainingValue([], 0, chain));
        Assert.Throws<ArgumentOutOfRangeException>(() => Blake3Subtree.ChainingValue(Data.AsSpan(0, 1024), 0, new byte[31]));
        Assert.Throws<ArgumentException>(() => new Blake3Subtree().Finish(chain));

        var hasher = new Blake3();
        hasher.Append(Data.AsSpan(0, 1000));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(chain, 1024));
        hasher.Append(Data.AsSpan(0, 24));
        Assert.Throws<ArgumentException>(() => hasher.AppendSubtree(chain, 2048));
        hasher.AppendSubtree(chain, 1000);
        Assert.Throws<InvalidOperationException>(() => hasher.Append([1]));
        Assert.Throws<InvalidOperationException>(() => hasher.AppendSubtree(chain, 1024));
    }

    [Fact]
    public void A_subtree_alone_is_not_taken_for_the_whole()
    {
        var hasher = new Blake3();
        hasher.AppendSubtree(new byte[Blake3Subtree.ChainSize], 4096);
        Assert.Throws<InvalidOperationException>(() => hasher.Finish());
    }
}
