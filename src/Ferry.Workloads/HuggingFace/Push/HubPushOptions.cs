using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>What is pushed, and how.</summary>
public sealed record HubPushOptions
{
    /// <summary>Which repositories; empty for all.</summary>
    public IReadOnlyList<RepoPattern> Repos { get; init; } = [];

    /// <summary>How many contents are sent at a time, 1 or more; null for as many as hide the store's latency.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether nothing is written, and nothing read to be hashed: what a push would do is counted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether contents that the bucket has are read and hashed, and wrong ones replaced.</summary>
    public bool VerifyRemote { get; init; }

    /// <summary>Whether texts that stand for a content, as git keeps them for LFS and Xet, are pushed like others.</summary>
    public bool SyncXet { get; init; }

    /// <summary>From how many bytes on a content is claimed before it is sent, so that others do not send it too.</summary>
    internal long ClaimBytes { get; init; } = 16 << 20;

    /// <summary>Which program this is, for manifests: <c>ferry 0.1.0</c>.</summary>
    public required string Writer { get; init; }
}
