using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>A large file that several workers copy at once, range by range; their chaining values make up its digest.</summary>
internal sealed class LargeFile(CopyUnit unit, DirectoryPair pair)
{
    /// <summary>A power of two of chunks, as subtrees of the hash must be, and long enough to keep one stream of a storage server busy.</summary>
    public const long RangeBytes = 16L * 1024 * 1024;

    private const long MinBytes = 4 * RangeBytes;

    private byte[] _chains = [];
    private int _pending;
    private int _hasFailed;
    private int _hasOtherLength;

    /// <summary>One range, numbered from 0.</summary>
    public sealed record Range(LargeFile File, int Number);

    public CopyUnit Unit => unit;

    public DirectoryPair Pair => pair;

    /// <summary>The unit's one entry.</summary>
    public int Entry => unit.Start;

    public ReadOnlySpan<byte> TerminatedName => unit.Plan.Node.TerminatedNameOf(unit.Plan.Node.Entries[Entry]);

    public FileStatus Status { get; set; } = unit.Plan.Node.Entries[unit.Start].Status;

    public int Attempt { get; set; }

    public int Source { get; set; } = -1;

    public NewFile Target { get; set; }

    public byte[] NameBuffer { get; } = new byte[TemporaryName.MaxLength];

    public bool HasFailed
    {
        get => Volatile.Read(ref _hasFailed) != 0;
        set => Volatile.Write(ref _hasFailed, value ? 1 : 0);
    }

    /// <summary>A range ended early.</summary>
    public bool HasOtherLength
    {
        get => Volatile.Read(ref _hasOtherLength) != 0;
        set => Volatile.Write(ref _hasOtherLength, value ? 1 : 0);
    }

    public int RangeCount => (int)((Status.Size + RangeBytes - 1) / RangeBytes);

    /// <summary>Sparse files are not: their holes are found in one pass.</summary>
    public static bool IsLarge(DirectoryPlan plan, int entry)
    {
        var status = plan.Node.Entries[entry].Status;
        return plan.Actions![entry] == EntryAction.Copy && status is { Kind: EntryKind.File, Size: >= MinBytes, IsSparse: false };
    }

    /// <summary>Prepares for an attempt with the present status.</summary>
    public void Begin()
    {
        _chains = new byte[RangeCount * Blake3Subtree.ChainSize];
        _pending = RangeCount;
        HasFailed = false;
        HasOtherLength = false;
    }

    public Span<byte> ChainOf(int range) => _chains.AsSpan(range * Blake3Subtree.ChainSize, Blake3Subtree.ChainSize);

    public long LengthOf(int range) => Math.Min(RangeBytes, Status.Size - (range * RangeBytes));

    /// <summary>True for the worker that ends the last range.</summary>
    public bool EndRange() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>The digest of the whole file, once all ranges have ended.</summary>
    public Digest Digest(Blake3 hasher)
    {
        hasher.Reset();
        for (var range = 0; range < RangeCount; range++)
        {
            hasher.AppendSubtree(ChainOf(range), LengthOf(range));
        }

        return hasher.Finish();
    }
}
