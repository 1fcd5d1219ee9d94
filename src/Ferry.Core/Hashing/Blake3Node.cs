using System.Runtime.CompilerServices;
using Ferry.Core.Hashing.Kernels;

namespace Ferry.Core.Hashing;

/// <summary>
/// The last compression of a chunk or of a parent, not yet done: only who knows whether it is the root can do it,
/// since the root has a flag of its own.
/// </summary>
internal readonly ref struct Blake3Node
{
    private readonly Words8 _chain;
    private readonly ReadOnlySpan<byte> _block;
    private readonly ulong _counter;
    private readonly uint _flags;

    private Blake3Node(Words8 chain, ReadOnlySpan<byte> block, ulong counter, uint flags)
    {
        _chain = chain;
        _block = block;
        _counter = counter;
        _flags = flags;
    }

    /// <summary>The node of a chunk, of which all blocks but the last are compressed here.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="chunk">Up to 1024 bytes; empty only if the whole input is. Must outlive the node.</param>
    /// <param name="index">Index of the chunk in the input.</param>
    public static Blake3Node OfChunk(Blake3Kernel kernel, scoped in Blake3Key key, ReadOnlySpan<byte> chunk, ulong index)
    {
        var chain = key.Words;
        var lead = LeadOf(chunk);
        if (!lead.IsEmpty)
            Compressor.Chain(kernel, ref chain, lead, index, key.Flags, Blake3Flags.ChunkStart);
        return OfChunk(in key, in chain, chunk, index);
    }

    /// <summary>The node of a chunk of which all blocks but the last are compressed.</summary>
    /// <param name="key">The mode.</param>
    /// <param name="lead">The chaining value after those blocks.</param>
    /// <param name="chunk">Up to 1024 bytes. Must outlive the node.</param>
    /// <param name="index">Index of the chunk in the input.</param>
    public static Blake3Node OfChunk(scoped in Blake3Key key, scoped in Words8 lead, ReadOnlySpan<byte> chunk, ulong index)
    {
        var flags = key.Flags | Blake3Flags.ChunkEnd | (chunk.Length <= Blake3Constants.BlockSize ? Blake3Flags.ChunkStart : 0);
        return new Blake3Node(lead, chunk[LeadOf(chunk).Length..], index, flags);
    }

    /// <summary>All blocks of a chunk but the last.</summary>
    public static ReadOnlySpan<byte> LeadOf(ReadOnlySpan<byte> chunk) =>
        chunk[..(Math.Max(0, chunk.Length - 1) / Blake3Constants.BlockSize * Blake3Constants.BlockSize)];

    /// <summary>The node above two chaining values.</summary>
    /// <param name="key">The mode.</param>
    /// <param name="pair">Left and right chaining value, 64 bytes. Must outlive the node.</param>
    public static Blake3Node OfParent(scoped in Blake3Key key, ReadOnlySpan<byte> pair) =>
        new(key.Words, pair, 0, key.Flags | Blake3Flags.Parent);

    /// <summary>Completes a node that is not the root.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="chain">Takes 32 bytes; may lie in the pair that the node was made of.</param>
    [SkipLocalsInit]
    public void Chain(Blake3Kernel kernel, Span<byte> chain)
    {
        Span<byte> output = stackalloc byte[Blake3Constants.BlockSize];
        Compressor.Last(kernel, in _chain, _block, _counter, _flags, output);
        output[..Blake3Constants.ChainSize].CopyTo(chain);
    }

    /// <summary>Completes the root.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="output">Takes the digest; any length.</param>
    [SkipLocalsInit]
    public void Root(Blake3Kernel kernel, Span<byte> output)
    {
        Span<byte> block = stackalloc byte[Blake3Constants.BlockSize];
        for (var counter = 0UL; output.Length > 0; counter++)
        {
            Compressor.Last(kernel, in _chain, _block, counter, _flags | Blake3Flags.Root, block);
            var length = Math.Min(output.Length, block.Length);
            block[..length].CopyTo(output);
            output = output[length..];
        }
    }
}
