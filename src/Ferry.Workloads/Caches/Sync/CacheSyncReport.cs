using Ferry.Core.Copying;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>How the sync of one cache ended.</summary>
public enum SyncOutcome
{
    /// <summary>Fresh and complete: nothing was compared but times.</summary>
    Fresh,

    /// <summary>Compared with the source; nothing had to be copied.</summary>
    UpToDate,

    /// <summary>Brought over.</summary>
    Synced,

    /// <summary>A dry run: this is what would be done.</summary>
    Planned,

    /// <summary>Something that was to arrive is not there: not exported.</summary>
    Failed,
}

/// <summary>The result of one cache.</summary>
public sealed record CacheSyncReport
{
    /// <summary>The cache.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>Where it is staged.</summary>
    public required string Target { get; init; }

    /// <summary>How it ended.</summary>
    public required SyncOutcome Outcome { get; init; }

    /// <summary>Why it failed, one line; null otherwise, and when the problems say it.</summary>
    public string? Error { get; init; }

    /// <summary>What the plan was; default when none was made.</summary>
    public PlannedWork Work { get; init; }

    /// <summary>What the target holds; default when not known.</summary>
    public TreeTotals Totals { get; init; }

    /// <summary>Files and links copied.</summary>
    public long Files { get; init; }

    /// <summary>Bytes copied.</summary>
    public long Bytes { get; init; }

    /// <summary>Names removed from scratch.</summary>
    public long Removed { get; init; }

    /// <summary>Staged files that programs have changed on scratch since.</summary>
    public long ChangedOnTarget { get; init; }

    /// <summary>Files re-read and compared with their digests.</summary>
    public long Verified { get; init; }

    /// <summary>Warnings, conflicts and failures of single files.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>Time from the start of this cache's turn.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>True when the variable may be pointed at the target.</summary>
    public bool IsExported => Outcome is SyncOutcome.Fresh or SyncOutcome.UpToDate or SyncOutcome.Synced;
}
