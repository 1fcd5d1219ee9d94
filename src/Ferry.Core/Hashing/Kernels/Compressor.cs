using System.Runtime.CompilerServices;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>The kernels behind spans: picks one for the machine and for the number of inputs. All pointers stay below here.</summary>
internal static unsafe class Compressor
{
    /// <summary>
    /// Chaining values of chunks that follow each other. The last one may be short; of it all blocks but the last are done.
    /// </summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="chunks">The bytes of the chunks.</param>
    /// <param name="firstChunk">Index of the first chunk in the whole input.</param>
    /// <param name="chains">Takes 32 bytes for each whole chunk.</param>
    /// <param name="lead">What the last block of a short chunk starts from.</param>
    [SkipLocalsInit]
    public static void HashChunks(
        Blake3Kernel kernel, in Blake3Key key, ReadOnlySpan<byte> chunks, ulong firstChunk, Span<byte> chains, out Words8 lead)
    {
        var count = chunks.Length / Blake3Constants.ChunkSize;
        var tail = Blake3Node.LeadOf(chunks[(count * Blake3Constants.ChunkSize)..]);
        ArgumentOutOfRangeException.ThrowIfLessThan(chains.Length, count * Blake3Constants.ChainSize);
        lead = key.Words;
        fixed (byte* data = chunks, output = chains)
        fixed (uint* words = &key.Words[0], leadWords = &lead[0])
        {
            var job = new LaneJob
            {
                Data = data, Count = count, Blocks = Blake3Constants.BlocksPerChunk, Chains = output,
                Key = words, Counter = firstChunk, CounterStep = 1,
                Flags = key.Flags, FirstFlags = Blake3Flags.ChunkStart, LastFlags = Blake3Flags.ChunkEnd,
            };
            if (!tail.IsEmpty && count % LanesOf(kernel) != 0)
            {
                var padded = stackalloc byte[Blake3Constants.ChunkSize];
                tail.CopyTo(new Span<byte>(padded, Blake3Constants.ChunkSize));
                job.Short = padded;
                job.ShortBlocks = tail.Length / Blake3Constants.BlockSize;
                job.ShortChain = leadWords;
                tail = default;
            }
            HashLanes(kernel, job);
        }
        if (!tail.IsEmpty)
            Chain(kernel, ref lead, tail, firstChunk + (ulong)count, key.Flags, Blake3Flags.ChunkStart);
    }

    /// <summary>Replaces pairs of chaining values by the chaining values of their parents.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="key">The mode.</param>
    /// <param name="chains">Chaining values of 32 bytes; the first <paramref name="pairs"/> of them are replaced.</param>
    /// <param name="pairs">How many pairs there are.</param>
    public static void HashParents(Blake3Kernel kernel, in Blake3Key key, Span<byte> chains, int pairs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chains.Length, pairs * Blake3Constants.BlockSize);
        fixed (byte* data = chains)
        fixed (uint* words = &key.Words[0])
        {
            HashLanes(kernel, new LaneJob
            {
                Data = data, Count = pairs, Blocks = 1, Chains = data, Key = words, Flags = key.Flags | Blake3Flags.Parent,
            });
        }
    }

    /// <summary>Compresses blocks of one chunk after each other.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="chain">The chaining value so far; replaced.</param>
    /// <param name="blocks">A multiple of 64 bytes.</param>
    /// <param name="counter">Index of the chunk.</param>
    /// <param name="flags">Flags of all blocks.</param>
    /// <param name="firstFlags">Further flags of the first block.</param>
    public static void Chain(
        Blake3Kernel kernel, ref Words8 chain, ReadOnlySpan<byte> blocks, ulong counter, uint flags, uint firstFlags)
    {
        var state = stackalloc uint[16];
        fixed (uint* words = &chain[0])
        fixed (byte* data = blocks)
        {
            Unsafe.CopyBlockUnaligned(state, words, Blake3Constants.ChainSize);
            for (var i = 0; i < blocks.Length; i += Blake3Constants.BlockSize)
                Compress(kernel, state, data + i, Blake3Constants.BlockSize, counter, flags | (i == 0 ? firstFlags : 0), state);
            Unsafe.CopyBlockUnaligned(words, state, Blake3Constants.ChainSize);
        }
    }

    /// <summary>Compresses one block, which may be short.</summary>
    /// <param name="kernel">The widest kernel to use.</param>
    /// <param name="chain">The chaining value so far.</param>
    /// <param name="block">Up to 64 bytes.</param>
    /// <param name="counter">Index of the chunk, or position in the extended output.</param>
    /// <param name="flags">All flags of the block.</param>
    /// <param name="output">Takes 64 bytes; the first 32 are the chaining value.</param>
    [SkipLocalsInit]
    public static void Last(
        Blake3Kernel kernel, in Words8 chain, ReadOnlySpan<byte> block, ulong counter, uint flags, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, Blake3Constants.BlockSize);
        var padded = stackalloc byte[Blake3Constants.BlockSize];
        fixed (uint* words = &chain[0])
        fixed (byte* data = block, result = output)
        {
            var full = data;
            if (block.Length < Blake3Constants.BlockSize)
            {
                full = padded;
                new Span<byte>(padded, Blake3Constants.BlockSize).Clear();
                Unsafe.CopyBlockUnaligned(padded, data, (uint)block.Length);
            }
            Compress(kernel, words, full, (uint)block.Length, counter, flags, (uint*)result);
        }
    }

    private static void HashLanes(Blake3Kernel kernel, LaneJob job)
    {
        while (job.Count > 0)
        {
            // One lane kernel for a machine, whatever the number of lanes in use: sixteen take hardly longer than eight,
            // and each kernel costs milliseconds to compile at first use.
            if (kernel == Blake3Kernel.Vector512 && job.Inputs > 1)
            {
                Lanes16.Hash(in job);
                job.Advance(Math.Min(job.Count, Lanes16.Width));
            }
            else if (kernel == Blake3Kernel.Vector256 && job.Inputs > 1)
            {
                Lanes8.Hash(in job);
                job.Advance(Math.Min(job.Count, Lanes8.Width));
            }
            else
            {
                HashOne(kernel, in job);
                job.Advance(1);
            }
        }
    }

    private static int LanesOf(Blake3Kernel kernel) => kernel switch
    {
        Blake3Kernel.Vector512 => Lanes16.Width,
        Blake3Kernel.Vector256 => Lanes8.Width,
        _ => 1,
    };

    private static void HashOne(Blake3Kernel kernel, in LaneJob job)
    {
        var state = stackalloc uint[16];
        Unsafe.CopyBlockUnaligned(state, job.Key, Blake3Constants.ChainSize);
        for (var block = 0; block < job.Blocks; block++)
        {
            var data = job.Data + block * Blake3Constants.BlockSize;
            Compress(kernel, state, data, Blake3Constants.BlockSize, job.Counter, job.FlagsOf(block), state);
        }
        Unsafe.CopyBlockUnaligned(job.Chains, state, Blake3Constants.ChainSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compress(Blake3Kernel kernel, uint* chain, byte* block, uint length, ulong counter, uint flags, uint* output)
    {
        if (kernel == Blake3Kernel.Portable)
            PortableBlock.Compress(chain, block, length, counter, flags, output);
        else
            RowBlock.Compress(chain, block, length, counter, flags, output);
    }
}
