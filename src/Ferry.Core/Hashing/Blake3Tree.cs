using System.Numerics;
using System.Runtime.CompilerServices;
using Ferry.Core.Hashing.Kernels;

namespace Ferry.Core.Hashing;

/// <summary>
/// The tree over a contiguous input (BLAKE3 specification section 2.1): leaves of one chunk, and left subtrees that
/// are complete and as large as can be while something remains for the right.
/// </summary>
internal static class Blake3Tree
{
    /// <summary>
    /// Chunks that are hashed side by side before their parents are. With many leaves at once parents fill the lanes
    /// too; 256 chunks keep the buffer of chaining values at 8 KiB of stack.
    /// </summary>
    public const int WideChunks = 256;

    /// <summary>Hashes a whole input.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="data">Any length.</param>
    /// <param name="output">Takes the digest; any length.</param>
    [SkipLocalsInit]
    public static void Root(Blake3Kernel kernel, in Blake3Key key, ReadOnlySpan<byte> data, Span<byte> output)
    {
        if (data.Length <= Blake3Constants.ChunkSize)
        {
            Blake3Node.OfChunk(kernel, in key, data, 0).Root(kernel, output);
            return;
        }
        Span<byte> pair = stackalloc byte[Blake3Constants.BlockSize];
        Children(kernel, in key, data, 0, pair);
        Blake3Node.OfParent(in key, pair).Root(kernel, output);
    }

    /// <summary>The chaining value of a subtree that is not the whole input.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="data">The bytes of the subtree, at least one.</param>
    /// <param name="firstChunk">Index of its first chunk.</param>
    /// <param name="chain">Takes 32 bytes.</param>
    [SkipLocalsInit]
    public static void Chain(Blake3Kernel kernel, in Blake3Key key, ReadOnlySpan<byte> data, ulong firstChunk, Span<byte> chain)
    {
        if (data.Length <= Blake3Constants.ChunkSize)
        {
            Blake3Node.OfChunk(kernel, in key, data, firstChunk).Chain(kernel, chain);
            return;
        }
        Span<byte> pair = stackalloc byte[Blake3Constants.BlockSize];
        Children(kernel, in key, data, firstChunk, pair);
        Blake3Node.OfParent(in key, pair).Chain(kernel, chain);
    }

    /// <summary>The chaining values of the two halves of a subtree, which its caller completes as root or as inner node.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="data">The bytes of the subtree, more than one chunk.</param>
    /// <param name="firstChunk">Index of its first chunk.</param>
    /// <param name="pair">Takes 64 bytes.</param>
    public static void Children(Blake3Kernel kernel, in Blake3Key key, ReadOnlySpan<byte> data, ulong firstChunk, Span<byte> pair)
    {
        if (data.Length <= WideChunks * Blake3Constants.ChunkSize)
        {
            WideChildren(kernel, in key, data, firstChunk, pair);
            return;
        }
        var left = (int)LeftSize(data.Length);
        Chain(kernel, in key, data[..left], firstChunk, pair);
        Chain(kernel, in key, data[left..], firstChunk + (ulong)(left / Blake3Constants.ChunkSize), pair[Blake3Constants.ChainSize..]);
    }

    /// <summary>Bytes of the left subtree: the largest power of two of chunks that leaves at least one byte.</summary>
    private static long LeftSize(long length) =>
        (long)BitOperations.RoundUpToPowerOf2((ulong)length) / 2;

    /// <summary>
    /// Merges neighbouring chaining values until two are left (one, if there was one). Pairing level by level, an odd
    /// last one rising as it is, gives the shape that the specification defines from above.
    /// </summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="chains">Chaining values of 32 bytes; overwritten, with the result in front.</param>
    /// <param name="count">How many there are.</param>
    public static void Reduce(Blake3Kernel kernel, in Blake3Key key, Span<byte> chains, int count)
    {
        while (count > 2)
        {
            var pairs = count / 2;
            Compressor.HashParents(kernel, in key, chains, pairs);
            if (count % 2 != 0)
                ChainAt(chains, count - 1).CopyTo(ChainAt(chains, pairs));
            count -= pairs;
        }
    }

    /// <summary>The chaining value at an index.</summary>
    public static Span<byte> ChainAt(Span<byte> chains, int index) =>
        chains.Slice(index * Blake3Constants.ChainSize, Blake3Constants.ChainSize);

    [SkipLocalsInit]
    private static void WideChildren(Blake3Kernel kernel, in Blake3Key key, ReadOnlySpan<byte> data, ulong firstChunk, Span<byte> pair)
    {
        Span<byte> chains = stackalloc byte[WideChunks * Blake3Constants.ChainSize];
        var count = data.Length / Blake3Constants.ChunkSize;
        var tail = data[(count * Blake3Constants.ChunkSize)..];
        Compressor.HashChunks(kernel, in key, data, firstChunk, chains, out var lead);
        if (!tail.IsEmpty)
        {
            Blake3Node.OfChunk(in key, in lead, tail, firstChunk + (ulong)count).Chain(kernel, ChainAt(chains, count));
            count++;
        }
        Reduce(kernel, in key, chains, count);
        chains[..Blake3Constants.BlockSize].CopyTo(pair);
    }
}
