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

    public readonly int Stride => Blocks * Blake3Constants.BlockSize;

    /// <summary>Flags of block <paramref name="block"/>.</summary>
    public readonly uint FlagsOf(int block) =>
        Flags | (block == 0 ? FirstFlags : 0) | (block == Blocks - 1 ? LastFlags : 0);

    /// <summary>Points each lane at its input. Lanes without one repeat the last: what they compute is dropped.</summary>
    public readonly void Point(byte** lanes, int width)
    {
        for (var i = 0; i < width; i++)
            lanes[i] = Data + (nint)Math.Min(i, Count - 1) * Stride;
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
