using Ferry.Core.Copying;
using Ferry.Core.Manifests;

namespace Ferry.Workloads.Caches.Status;

/// <summary>In one word how a cache is.</summary>
public enum CacheCondition
{
    /// <summary>Staged, complete, synced within the configured time, and the source has not changed at the top.</summary>
    Fresh,

    /// <summary>Staged and complete, but to be compared with its source again.</summary>
    Stale,

    /// <summary>Files that were staged are gone from scratch.</summary>
    Purged,

    /// <summary>A sync was begun and did not end.</summary>
    Unfinished,

    /// <summary>Nothing is staged.</summary>
    NotSynced,

    /// <summary>The source does not exist, or cannot be staged from.</summary>
    SourceMissing,

    /// <summary>The cache is disabled in the configuration.</summary>
    Disabled,
}

/// <summary>What is known of one cache.</summary>
public sealed record CacheState
{
    /// <summary>The cache.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>Where it is staged.</summary>
    public required string Target { get; init; }

    /// <summary>How it is.</summary>
    public required CacheCondition Condition { get; init; }

    /// <summary>What the source holds; null when it is missing or was not asked.</summary>
    public TreeTotals? Source { get; init; }

    /// <summary>What is recorded as staged; null when nothing is.</summary>
    public TreeTotals? Staged { get; init; }

    /// <summary>Staged files that are gone from scratch.</summary>
    public long Missing { get; init; }

    /// <summary>Staged files that programs have changed on scratch since.</summary>
    public long ChangedOnTarget { get; init; }

    /// <summary>Files that a sync cannot bring over: changed on both sides, or unreadable.</summary>
    public long Problems { get; init; }

    /// <summary>What a sync would do now; null when that was not asked or cannot be told.</summary>
    public PlannedWork? Pending { get; init; }

    /// <summary>When the last sync ended; null if never.</summary>
    public DateTimeOffset? SyncedAt { get; init; }

    /// <summary>Why something could not be told; null otherwise.</summary>
    public string? Error { get; init; }
}
