namespace Ferry.Core.Hashing.Kernels;

/// <summary>
/// Equal inputs that lie at a fixed stride in memory and are compressed side by side, one chaining value each:
/// either whole chunks, or parents whose one block is the pair of chaining values below them.
/// </summary>
internal unsafe struct LaneJob
{
    /// <summary>The first input.</summary>
    public byte* Data;

    /// <summary>How many inputs are left.</summary>
    public int Count;

    /// <summary>64-byte blocks in each input; inputs follow each other without a gap.</summary>
    public int Blocks;

    /// <summary>Eight words that every input starts from.</summary>
    public uint* Key;

    /// <summary>Counter of the first input: its chunk index, or 0 for parents.</summary>
    public ulong Counter;

    /// <summary>What the counter grows by from one input to the next: 1 for chunks, 0 for parents.</summary>
    public uint CounterStep;

    /// <summary>Flags of every block, and those that the first and the last block have besides.</summary>
    public uint Flags, FirstFlags, LastFlags;

    /// <summary>Where the chaining values go, 32 bytes each. May be the start of <see cref="Data"/>: reads are ahead of writes.</summary>
    public byte* Chains;

    /// <summary>
    /// One more input that is shorter, for a lane that would be idle: the last chunk of the whole input, readable as if it
    /// had the size of the others; null if there is none or all lanes are taken.
    /// </summary>
    public byte* Short;

    /// <summary>Blocks of <see cref="Short"/> to compress: all but its last, which takes other flags. 1 to 15, or 0 without one.</summary>
    public int ShortBlocks;

    /// <summary>Takes the eight words of chaining value of <see cref="Short"/> after those blocks.</summary>
    public uint* ShortChain;

    /// <summary>Inputs of either kind.</summary>
    public readonly int Inputs => Count + (Short == null ? 0 : 1);

    public readonly int Stride => Blocks * Blake3Constants.BlockSize;

    /// <summary>Flags of block <paramref name="block"/>.</summary>
    public readonly uint FlagsOf(int block) =>
        Flags | (block == 0 ? FirstFlags : 0) | (block == Blocks - 1 ? LastFlags : 0);

    /// <summary>Points each lane at its input. Lanes without one repeat the last: what they compute is dropped.</summary>
    public readonly void Point(byte** lanes, int width)
    {
        for (var i = 0; i < width; i++)
            lanes[i] = Data + (nint)Math.Min(i, Count - 1) * Stride;
        if (Count < width && Short != null)
            lanes[Count] = Short;
    }

    /// <summary>Takes the chaining value of <see cref="Short"/> out of the state.</summary>
    /// <param name="state">The first half of the state after <see cref="ShortBlocks"/> blocks: eight words of every lane.</param>
    /// <param name="width">The number of lanes.</param>
    public readonly void KeepShort(uint* state, int width)
    {
        for (var i = 0; i < 8 && Count < width; i++)
            ShortChain[i] = state[i * width + Count];
    }

    /// <summary>Skips inputs that are done.</summary>
    public void Advance(int inputs)
    {
        Data += (nint)inputs * Stride;
        Chains += (nint)inputs * Blake3Constants.ChainSize;
        Counter += (ulong)inputs * CounterStep;
        Count -= inputs;
    }
}
