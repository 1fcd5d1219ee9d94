using Ferry.Core.Manifests;

namespace Ferry.Workloads.Caches.Pruning;

/// <summary>What was asked of a prune. At least one of the two is set.</summary>
public sealed record PruneOptions
{
    /// <summary>Staged caches may use this many bytes together; null for no such limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>
    /// Only caches that were not used for this long are removed. Null: one day, for on scratch that nodes share nobody can see what
    /// the others use.
    /// </summary>
    public TimeSpan? OlderThan { get; init; }
}

/// <summary>What is done with one staged cache.</summary>
public enum PruneVerdict
{
    /// <summary>It stays: all that is staged is within the budget.</summary>
    WithinBudget,

    /// <summary>It stays: it was used a short time ago.</summary>
    TooRecent,

    /// <summary>It stays: scratch has something that the source lacks, or that cannot be told.</summary>
    NotPushed,

    /// <summary>It stays: a process uses it.</summary>
    InUse,

    /// <summary>It goes.</summary>
    Remove,
}

/// <summary>One staged cache.</summary>
public sealed record PruneCandidate
{
    /// <summary>The cache; of one that is no longer configured what its marker tells.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>Where it is staged.</summary>
    public required string Target { get; init; }

    /// <summary>What is staged.</summary>
    public required TreeTotals Totals { get; init; }

    /// <summary>When it was last synced or exported; null if that is not known.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>What is done with it.</summary>
    public PruneVerdict Verdict { get; init; }

    /// <summary>Why it stays, for people; null when it goes.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a prune will do: the staged caches, those that were used longest ago first.</summary>
public sealed record PrunePlan(IReadOnlyList<PruneCandidate> Candidates)
{
    /// <summary>Bytes of all staged caches.</summary>
    public long StagedBytes => Candidates.Sum(static candidate => candidate.Totals.Bytes);

    /// <summary>Bytes that will be freed.</summary>
    public long RemovedBytes => Candidates.Where(static candidate => candidate.Verdict == PruneVerdict.Remove).Sum(static candidate => candidate.Totals.Bytes);

    /// <summary>True when nothing is to be removed.</summary>
    public bool IsEmpty => Candidates.All(static candidate => candidate.Verdict != PruneVerdict.Remove);
}
