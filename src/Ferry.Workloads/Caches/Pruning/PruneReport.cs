using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Pruning;

/// <summary>What a prune did with one staged cache.</summary>
public sealed record PruneReport
{
    /// <summary>What was planned; its verdict and reason are those of the moment at which its turn came.</summary>
    public required PruneCandidate Candidate { get; init; }

    /// <summary>Files and links that were removed.</summary>
    public long Files { get; init; }

    /// <summary>Bytes that were freed.</summary>
    public long Bytes { get; init; }

    /// <summary>Something is left that no sync put there, or that was changed since.</summary>
    public bool HasRemains { get; init; }

    /// <summary>Why it failed, one line; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>What could not be removed.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>True when what was to go is gone.</summary>
    public bool IsGood => Error is null && Problems.Count == 0;
}
