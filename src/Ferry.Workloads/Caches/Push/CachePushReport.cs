using Ferry.Core.Pushing;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Push;

/// <summary>How the push of one cache ended.</summary>
public enum PushOutcome
{
    /// <summary>Nothing is staged, so there is nothing to bring back.</summary>
    NotStaged,

    /// <summary>Scratch has nothing that the source lacks.</summary>
    UpToDate,

    /// <summary>Brought back.</summary>
    Pushed,

    /// <summary>A dry run: this is what would be done.</summary>
    Planned,

    /// <summary>Something that was to be brought back is on scratch only.</summary>
    Failed,
}

/// <summary>The result of one cache.</summary>
public sealed record CachePushReport
{
    /// <summary>The cache.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>Where it is staged.</summary>
    public required string Target { get; init; }

    /// <summary>How it ended.</summary>
    public required PushOutcome Outcome { get; init; }

    /// <summary>Why it failed, one line; null otherwise, and when the problems say it.</summary>
    public string? Error { get; init; }

    /// <summary>What the plan was; default when none was made.</summary>
    public PushWork Work { get; init; }

    /// <summary>A dry run's plan, entry by entry, as far as it is kept: at most 10,000.</summary>
    public IReadOnlyList<PushEntry> Planned { get; init; } = [];

    /// <summary>Files and links brought to the source.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries that turned out to have the same contents on both sides.</summary>
    public long Equal { get; init; }

    /// <summary>Conflicts that were resolved as asked.</summary>
    public long Resolved { get; init; }

    /// <summary>The next sync finds the cache fresh: scratch and source are the same, and that is recorded.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>Warnings, conflicts and failures of single files.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>What is on scratch only, still.</summary>
    public IReadOnlyList<PushEntry> Remaining { get; init; } = [];

    /// <summary>Time from the start of this cache's turn.</summary>
    public TimeSpan Elapsed { get; init; }
}
