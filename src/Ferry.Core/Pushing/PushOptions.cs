using Ferry.Core.Concurrency;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>How what was changed on scratch is brought back.</summary>
public sealed record PushOptions
{
    /// <summary>Names of the staged tree that take no part. Default: none.</summary>
    public IgnorePatterns? Excludes { get; init; }

    /// <summary>What is done with files that were changed on both sides. Default: <see cref="ConflictPolicy.Fail"/>.</summary>
    public ConflictPolicy Conflicts { get; init; }

    /// <summary>Small and newest files first: as many as possible arrive before somebody pulls the plug. Default: false, by directory.</summary>
    public bool Urgent { get; init; }

    /// <summary>How many requests may be under way against both trees together.</summary>
    public required AdaptiveLimiter Limiter { get; init; }

    /// <summary>Bytes per second; null (default) for no limit.</summary>
    public BandwidthLimit? Bandwidth { get; init; }

    /// <summary>As in a sync: files modified within this span before they are recorded are never trusted as unchanged. Default: 2 s.</summary>
    public TimeSpan RacyWindow { get; init; } = TimeSpan.FromSeconds(2);
}
