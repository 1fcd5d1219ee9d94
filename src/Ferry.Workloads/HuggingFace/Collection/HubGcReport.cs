using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Collection;

/// <summary>What a collection is to do.</summary>
public sealed record HubGcOptions
{
    /// <summary>The least time of grace: pushes that go on have contents in the bucket before the manifests that name them.</summary>
    public static readonly TimeSpan LeastGrace = TimeSpan.FromHours(1);

    /// <summary>How long a content must have been without a manifest before it is removed: <see cref="LeastGrace"/> or more, and longer than any push takes.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether nothing is written or removed.</summary>
    public bool DryRun { get; init; } = true;
}

/// <summary>A content that no manifest names.</summary>
/// <param name="Blob">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Since">When a collection saw that first; this one, if none did before.</param>
public sealed record UnreferencedBlob(BlobName Blob, long Bytes, DateTimeOffset Since);

/// <summary>What a collection found and did; a dry run: what one would do.</summary>
public sealed record HubGcReport
{
    /// <summary>Whether nothing was done.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Manifests that were read.</summary>
    public required int Manifests { get; init; }

    /// <summary>Contents that a manifest names.</summary>
    public required int ReferencedBlobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ReferencedBytes { get; init; }

    /// <summary>Contents that no manifest names, whose time of grace is not over.</summary>
    public required IReadOnlyList<UnreferencedBlob> Waiting { get; init; }

    /// <summary>Contents that were removed.</summary>
    public required IReadOnlyList<UnreferencedBlob> Removed { get; init; }

    /// <summary>Claims without anybody behind them that were removed.</summary>
    public required int RemovedClaims { get; init; }

    /// <summary>Why nothing was removed, one line each: what may name contents cannot be read.</summary>
    public required IReadOnlyList<string> Obstacles { get; init; }

    /// <summary>What could not be removed, or should not have been, one line each.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Whether all went well.</summary>
    public bool IsGood => Obstacles.Count == 0 && Failures.Count == 0;
}
