using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Copying;

/// <summary>A large file that several workers copy at once, range by range; their chaining values make up its digest.</summary>
internal sealed class LargeFile(CopyUnit unit, DirectoryPair pair)
{
    /// <summary>
    /// A power of two of chunks, as subtrees of the hash must be. A kill costs at most one for each request in flight: 64 MiB for sixty-four.
    /// </summary>
    public const int RangeBytes = 1024 * 1024;

    private const long MinBytes = 64L * 1024 * 1024;

    private byte[]? _rangeBuffer;
    private byte[] _chains = [];
    private bool[] _claimed = [];
    private long _provenBytes;
    private int _pending;
    private int _hasFailed;
    private int _hasOtherLength;
    private int _wasTaken;

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

    /// <summary>Where the journal tells of it; -1 when it does not.</summary>
    public long Record { get; set; } = -1;

    /// <summary>Takes the ranges in their order, one after the other; null when their chaining values make up the digest, in any order.</summary>
    public Sha256? Sequence { get; set; }

    /// <summary>Whether a range begins only when the one before has ended.</summary>
    public bool IsInSequence { get; private set; }

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

    /// <summary>Room for one range; only where ranges are taken in their order, so that one worker at a time uses it.</summary>
    public byte[] RangeBuffer => _rangeBuffer ??= GC.AllocateUninitializedArray<byte>(RangeBytes);

    /// <summary>How often another process took its temporary file.</summary>
    public int TimesTaken { get; set; }

    /// <summary>Another process has the temporary file by now: this one writes to it no more.</summary>
    public bool WasTaken => Volatile.Read(ref _wasTaken) != 0;

    /// <summary>Bytes that an earlier run had brought, and that were not read from the source.</summary>
    public long ProvenBytes => Interlocked.Read(ref _provenBytes);

    public int RangeCount => (int)((Status.Size + RangeBytes - 1) / RangeBytes);

    /// <summary>Sparse files are not: their holes are found in one pass.</summary>
    public static bool IsLarge(DirectoryPlan plan, int entry)
    {
        var status = plan.Node.Entries[entry].Status;
        return plan.Actions![entry] == EntryAction.Copy && status is { Kind: EntryKind.File, Size: >= MinBytes, IsSparse: false };
    }

    /// <summary>Prepares for an attempt with the present status.</summary>
    public void Begin(CopyOptions options)
    {
        _chains = new byte[RangeCount * Blake3Subtree.ChainSize];
        _claimed = new bool[RangeCount];
        _pending = RangeCount;
        _wasTaken = 0;
        _provenBytes = 0;
        Record = -1;
        Sequence = options.Algorithm == DigestAlgorithm.Sha256 ? new Sha256() : null;
        IsInSequence = Sequence is not null || options.OneWorkerPerFile;
        HasFailed = false;
        HasOtherLength = false;
    }

    /// <summary>Takes over which ranges an earlier run had brought to the target that is taken over.</summary>
    public void Claim(UnfinishedFile former)
    {
        for (var i = 0; i < former.RangeCount; i++)
        {
            var range = former.RangeAt(i, out var chain);
            if (range >= 0 && range < RangeCount)
            {
                chain.CopyTo(ChainOf(range));
                _claimed[range] = true;
            }
        }
    }

    /// <summary>True when an earlier run has recorded that the range arrived.</summary>
    public bool IsClaimed(int range) => _claimed[range];

    public void CountProven(int range) => Interlocked.Add(ref _provenBytes, LengthOf(range));

    /// <summary>Finds out whether another process has the temporary file by now.</summary>
    public bool IsTaken()
    {
        if (!WasTaken && Target.HasLostName())
        {
            Volatile.Write(ref _wasTaken, 1);
        }

        return WasTaken;
    }

    public Span<byte> ChainOf(int range) => _chains.AsSpan(range * Blake3Subtree.ChainSize, Blake3Subtree.ChainSize);

    public int LengthOf(int range) => (int)Math.Min(RangeBytes, Status.Size - (range * (long)RangeBytes));

    /// <summary>True for the worker that ends the last range.</summary>
    public bool EndRange() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>The digest of the whole file, once all ranges have ended.</summary>
    public Digest Digest(Blake3 hasher)
    {
        if (Sequence is not null)
        {
            return Sequence.Finish();
        }

        hasher.Reset();
        for (var range = 0; range < RangeCount; range++)
        {
            hasher.AppendSubtree(ChainOf(range), LengthOf(range));
        }

        return hasher.Finish();
    }
}
