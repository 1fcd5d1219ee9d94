using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>A file of the target that does not have the bytes that it should.</summary>
/// <param name="Path">Below both roots.</param>
/// <param name="Expected">Digest of what it should hold, which the source must still have.</param>
public sealed record RepairItem(byte[] Path, Digest Expected);

/// <summary>How wrong files are made right.</summary>
public sealed record RepairOptions
{
    /// <summary>How the expected digests were made. Default: BLAKE3.</summary>
    public DigestAlgorithm Algorithm { get; init; }

    /// <summary>Rewrite what is wrong; else it is only found. Default: false.</summary>
    public bool Writes { get; init; }

    /// <summary>How many files may be under way.</summary>
    public required AdaptiveLimiter Limiter { get; init; }

    /// <summary>Bytes per second, of what is read from the target; null (default) for no limit.</summary>
    public BandwidthLimit? Bandwidth { get; init; }
}

/// <summary>A part of a file.</summary>
/// <param name="Offset">In bytes from the file's beginning.</param>
/// <param name="Length">In bytes, at least 1.</param>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>How the repair of one file ended.</summary>
public enum RepairOutcome
{
    /// <summary>It already has the bytes that it should: nothing was written.</summary>
    Same,

    /// <summary>Its wrong ranges are known; nothing was written, for that was not asked for.</summary>
    Found,

    /// <summary>Its wrong ranges were rewritten, synced, read again and are right.</summary>
    Repaired,

    /// <summary>It cannot be made right in place: it is to be copied anew. Nothing was written.</summary>
    NeedsCopy,

    /// <summary>See the problem.</summary>
    Failed,
}

/// <summary>What was found and done about one file.</summary>
/// <param name="Path">Below both roots.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Ranges">
/// What differed from the source: whole blocks of 1 MiB but for the last, adjacent ones as one; of a target that is too long also what is behind
/// the source's end.
/// </param>
/// <param name="Problem">Why it failed or needs a copy; else null.</param>
public sealed record FileRepair(byte[] Path, RepairOutcome Outcome, IReadOnlyList<ByteRange> Ranges, EntryProblem? Problem);
