using System.Numerics;

namespace Ferry.Core.Hashing;

/// <content>Digests of inputs whose ranges are hashed on several threads.</content>
public sealed partial class Blake3
{
    // Large enough that handing a range to a thread costs nothing, small enough to keep threads evenly busy.
    private const int RangeSize = 1 << 20;

    /// <summary>Hashes an input that is in memory, on several threads.</summary>
    /// <param name="data">Any length; below 2 MiB the calling thread does it alone.</param>
    /// <param name="threads">The most threads to use, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public static Digest HashParallel(ReadOnlyMemory<byte> data, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (threads == 1 || data.Length < 2 * RangeSize)
            return Hash(data.Span);
        var ranges = (int)(((long)data.Length + RangeSize - 1) / RangeSize);
        var chains = new byte[ranges * Blake3Constants.ChainSize];
        Parallel.For(0, ranges, new ParallelOptions { MaxDegreeOfParallelism = threads }, range =>
            Blake3Subtree.ChainingValue(
                RangeOf(data, range).Span, (ulong)range * (RangeSize / ChunkSize), Blake3Tree.ChainAt(chains, range)));

        var hasher = new Blake3();
        for (var range = 0; range < ranges; range++)
            hasher.AppendSubtree(Blake3Tree.ChainAt(chains, range), RangeOf(data, range).Length);
        return hasher.Finish();
    }

    /// <summary>
    /// Appends a part of the input that was hashed apart, by <see cref="Blake3Subtree"/> and in the same mode.
    /// Parts come in order and must not be all of the input: at least two, or one and further bytes, since the root
    /// of the tree is hashed differently from a subtree.
    /// </summary>
    /// <param name="chain">The chaining value, 32 bytes.</param>
    /// <param name="length">Bytes of input below it. Only the last part may be other than a power of two of whole chunks.</param>
    /// <exception cref="ArgumentException">The input so far does not end where a subtree of this length may begin.</exception>
    /// <exception cref="InvalidOperationException">The last subtree of the input has been appended.</exception>
    public void AppendSubtree(ReadOnlySpan<byte> chain, long length)
    {
        ThrowIfSealed();
        ArgumentOutOfRangeException.ThrowIfNotEqual(chain.Length, Blake3Constants.ChainSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (_tailLength == ChunkSize)
            MoveTail();
        if (_tailLength > 0 || !Blake3Subtree.MayBegin(_firstChunk + _chunks, length))
            throw new ArgumentException("A subtree begins at a multiple of its size.", nameof(length));
        var chunks = Blake3Subtree.ChunksIn(length);
        _sealed = length % ChunkSize != 0 || !BitOperations.IsPow2(chunks);
        Push(chain, chunks);
    }

    private static ReadOnlyMemory<byte> RangeOf(ReadOnlyMemory<byte> data, int range)
    {
        var start = range * RangeSize;
        return data.Slice(start, Math.Min(RangeSize, data.Length - start));
    }
}
