using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Verification;

/// <summary>What verifying one cache showed.</summary>
public enum VerifyOutcome
{
    /// <summary>Nothing is staged.</summary>
    NotStaged,

    /// <summary>Every file that was looked at has the bytes that were copied.</summary>
    Good,

    /// <summary>Some had not; they have now.</summary>
    Repaired,

    /// <summary>Some have not, or it could not be told.</summary>
    Failed,
}

/// <summary>The result of one cache.</summary>
public sealed record CacheVerifyReport
{
    /// <summary>The cache.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>Where it is staged.</summary>
    public required string Target { get; init; }

    /// <summary>How it is.</summary>
    public required VerifyOutcome Outcome { get; init; }

    /// <summary>Why it could not be told, one line; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>Files and links that were re-read.</summary>
    public long Files { get; init; }

    /// <summary>Bytes that were re-read.</summary>
    public long Bytes { get; init; }

    /// <summary>Files with other bytes than were copied, unreadable or gone.</summary>
    public long Wrong { get; init; }

    /// <summary>Files fetched again.</summary>
    public long Fetched { get; init; }

    /// <summary>Bytes fetched again.</summary>
    public long FetchedBytes { get; init; }

    /// <summary>Files that jobs changed on scratch: nobody knows what bytes they should have.</summary>
    public long ChangedOnTarget { get; init; }

    /// <summary>The wrong files, and what went wrong in repairing them.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>Time from the start of this cache's turn.</summary>
    public TimeSpan Elapsed { get; init; }
}
