using System.Numerics;

namespace Ferry.Core.Hashing;

/// <summary>
/// Hashes a range of a larger input apart from the rest, on a thread of its own. <see cref="Blake3.AppendSubtree"/> joins
/// the chaining values of the ranges to the digest of the whole. Ranges have the same size, a power of two of chunks
/// (say 4 MiB), and begin at multiples of it; the last one may be shorter. An instance may be used again and again
/// without allocating; it serves one thread at a time.
/// </summary>
public sealed class Blake3Subtree
{
    /// <summary>Length of a chaining value in bytes.</summary>
    public const int ChainSize = Blake3Constants.ChainSize;

    private readonly Blake3 _hasher = new();
    private ulong _firstChunk;
    private long _length;

    /// <summary>Chaining value of a range that is in memory.</summary>
    /// <param name="data">The range: whole chunks, a power of two of them; or fewer bytes, at least one, at the end of the input.</param>
    /// <param name="firstChunk">Where it begins in the input, in chunks of 1024 bytes; a multiple of its size.</param>
    /// <param name="chain">Takes 32 bytes.</param>
    /// <exception cref="ArgumentException">No subtree can lie there, or a length is wrong.</exception>
    public static void ChainingValue(ReadOnlySpan<byte> data, ulong firstChunk, Span<byte> chain)
    {
        ThrowIfMisplaced(firstChunk, data.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(chain.Length, ChainSize);
        Blake3Tree.Chain(Blake3Kernels.Best, Blake3Key.Plain, data, firstChunk, chain);
    }

    /// <summary>Begins a range.</summary>
    /// <param name="firstChunk">Where it begins in the input, in chunks of 1024 bytes.</param>
    public void Reset(ulong firstChunk)
    {
        _hasher.Reset(firstChunk);
        _firstChunk = firstChunk;
        _length = 0;
    }

    /// <summary>Appends the next bytes of the range.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        _hasher.Append(data);
        _length += data.Length;
    }

    /// <summary>Writes the chaining value of the range.</summary>
    /// <param name="chain">Takes 32 bytes.</param>
    /// <exception cref="ArgumentException">The range is empty, or does not begin at a multiple of its size.</exception>
    public void Finish(Span<byte> chain)
    {
        ThrowIfMisplaced(_firstChunk, _length);
        ArgumentOutOfRangeException.ThrowIfLessThan(chain.Length, ChainSize);
        _hasher.FinishSubtree(chain);
    }

    /// <summary>Chunks that a length fills, the last one perhaps in part.</summary>
    internal static ulong ChunksIn(long length) => (ulong)(length - 1) / Blake3Constants.ChunkSize + 1;

    /// <summary>Whether a subtree of a length may begin at a chunk: at a multiple of its size rounded up to a power of two.</summary>
    internal static bool MayBegin(ulong firstChunk, long length) =>
        (firstChunk & (BitOperations.RoundUpToPowerOf2(ChunksIn(length)) - 1)) == 0;

    private static void ThrowIfMisplaced(ulong firstChunk, long length)
    {
        if (length <= 0 || !MayBegin(firstChunk, length))
            throw new ArgumentException("A subtree is not empty and begins at a multiple of its size.");
    }
}
