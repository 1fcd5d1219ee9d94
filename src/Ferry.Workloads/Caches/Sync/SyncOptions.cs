namespace Ferry.Workloads.Caches.Sync;

/// <summary>What the user asked of a sync.</summary>
public sealed record SyncOptions
{
    /// <summary>Make the plan, change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Compare with the source even if the marker is fresh.</summary>
    public bool Force { get; init; }

    /// <summary>Remove from scratch what was staged and is gone from the source.</summary>
    public bool Delete { get; init; }

    /// <summary>Re-read everything staged and compare it with its digests; repair what differs.</summary>
    public bool Verify { get; init; }
}
