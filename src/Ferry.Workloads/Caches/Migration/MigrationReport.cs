using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>How a migration ended.</summary>
public enum MigrationOutcome
{
    /// <summary>A dry run, or nobody agreed: nothing was changed.</summary>
    Planned,

    /// <summary>The new directory is in force, and the old one is gone or was to be kept.</summary>
    Migrated,

    /// <summary>The new directory is in force; something in the old one is new or has changed, and was kept.</summary>
    Kept,

    /// <summary>The old directory is in force.</summary>
    Failed,
}

/// <summary>What a migration did.</summary>
public sealed record MigrationReport
{
    /// <summary>How it ended.</summary>
    public MigrationOutcome Outcome { get; init; }

    /// <summary>What the directory holds.</summary>
    public TreeTotals Totals { get; init; }

    /// <summary>Files and links that were copied by this command.</summary>
    public long Files { get; init; }

    /// <summary>Bytes that were copied by this command.</summary>
    public long Bytes { get; init; }

    /// <summary>Files that were read again and compared.</summary>
    public long Verified { get; init; }

    /// <summary>Files, links and directories of the old directory that are gone.</summary>
    public long Removed { get; init; }

    /// <summary>What went wrong with single entries, or was kept.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>What failed as a whole: one line.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }
}
