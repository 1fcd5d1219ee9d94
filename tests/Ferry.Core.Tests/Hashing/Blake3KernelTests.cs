using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

public class Blake3KernelTests
{
    private const int Most = 700_000;
    private static readonly byte[] Data = KernelsHere.Bytes(1, Most);

    [Fact]
    public void Kernels_agree_on_every_number_of_chunks_up_to_70()
    {
        for (var length = 0; length <= 70 * 1024; length += 512)
            AllAgree(Data.AsSpan(0, length));
    }

    [Fact]
    public void Kernels_agree_on_random_lengths_and_places()
    {
        var random = new Random(2);
        for (var i = 0; i < KernelsHere.Rounds(60); i++)
        {
            var start = random.Next(64);
            AllAgree(Data.AsSpan(start, KernelsHere.Length(random, Most - start)));
        }
    }

    [Fact]
    public void Kernels_agree_where_the_counter_passes_32_bits()
    {
        foreach (var first in new[] { 0xFFFF_FFF0UL, 0xFFFF_FFFFUL, 0x1_0000_0000UL, 0x7_FFFF_FFF8UL })
        {
            var expected = Chain(Blake3Kernel.Portable, first);
            foreach (var kernel in KernelsHere.All)
                Assert.Equal((kernel, first, expected), (kernel, first, Chain(kernel, first)));
        }
    }

    [Fact]
    public void Streaming_in_random_pieces_equals_hashing_at_once()
    {
        var random = new Random(3);
        foreach (var kernel in KernelsHere.All)
        {
            var hasher = new Blake3(kernel, Blake3Key.Plain);
            for (var i = 0; i < KernelsHere.Rounds(40); i++)
            {
                var data = Data.AsSpan(0, KernelsHere.Length(random, Most));
                Assert.Equal((kernel, data.Length, Blake3.Hash(data)), (kernel, data.Length, Stream(hasher, data, random)));
            }
        }
    }

    [Fact]
    public void Finish_may_be_called_at_any_time_and_changes_nothing()
    {
        var hasher = new Blake3();
        var length = 0;
        for (var random = new Random(4); length < 300_000;)
        {
            var piece = Math.Min(KernelsHere.Length(random, 40_000), Most - length);
            hasher.Append(Data.AsSpan(length, piece));
            length += piece;
            Assert.Equal((length, Blake3.Hash(Data.AsSpan(0, length))), (length, hasher.Finish()));
        }
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        const int Uses = 50;
        var hasher = new Blake3();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Uses; i++)
        {
            Blake3.Hash(Data.AsSpan(0, 300_000));
            Blake3.Hash(Data.AsSpan(0, 7000));
            hasher.Reset();
            hasher.Append(Data.AsSpan(0, 100_000));
            hasher.Finish();
        }
        // The runtime may allocate once for itself; an object per use would be 24 bytes each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 24 * Uses - 1);
    }

    private static void AllAgree(ReadOnlySpan<byte> data)
    {
        Span<byte> expected = stackalloc byte[32];
        Span<byte> actual = stackalloc byte[32];
        Blake3Tree.Root(Blake3Kernel.Portable, Blake3Key.Plain, data, expected);
        foreach (var kernel in KernelsHere.All)
        {
            Blake3Tree.Root(kernel, Blake3Key.Plain, data, actual);
            Assert.Equal((kernel, data.Length, Digest.FromBytes(expected)), (kernel, data.Length, Digest.FromBytes(actual)));
        }
    }

    private static Digest Chain(Blake3Kernel kernel, ulong firstChunk)
    {
        Span<byte> chain = stackalloc byte[32];
        Blake3Tree.Chain(kernel, Blake3Key.Plain, Data.AsSpan(0, 40_000), firstChunk, chain);
        return Digest.FromBytes(chain);
    }

    private static Digest Stream(Blake3 hasher, ReadOnlySpan<byte> data, Random random)
    {
        hasher.Reset();
        while (data.Length > 0)
        {
            var piece = Math.Min(data.Length, KernelsHere.Length(random, random.Next(2) == 0 ? 3000 : Most));
            hasher.Append(data[..piece]);
            data = data[piece..];
        }
        return hasher.Finish();
    }
}
