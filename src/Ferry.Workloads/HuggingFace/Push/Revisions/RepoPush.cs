using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;

namespace Ferry.Workloads.HuggingFace.Push.Revisions;

/// <summary>A repository that is pushed.</summary>
/// <param name="repo">As the cache has it.</param>
/// <param name="gate">What the gate said.</param>
internal sealed class RepoPush(CachedRepo repo, GateDecision gate)
{
    private int _pending;

    /// <summary>As the cache has it.</summary>
    public CachedRepo Repo => repo;

    /// <summary>Which.</summary>
    public RepoId Id => repo.Id;

    /// <summary>What the gate said.</summary>
    public GateDecision Gate => gate;

    /// <summary>Its revisions.</summary>
    public List<RevisionPush> Revisions { get; } = [];

    /// <summary>Says how many contents are not settled, before the first one is.</summary>
    public void Await(int contents) => _pending = contents;

    /// <summary>One more content is settled.</summary>
    /// <returns>Whether it was the last one: the caller then publishes the repository.</returns>
    public bool Settle() => Interlocked.Decrement(ref _pending) == 0;
}

/// <summary>A revision that is pushed.</summary>
/// <param name="Cached">As the cache has it.</param>
/// <param name="Files">Its files whose contents have names.</param>
/// <param name="IsWhole">Whether these are all files of the snapshot.</param>
internal sealed record RevisionPush(CachedRevision Cached, IReadOnlyList<FilePush> Files, bool IsWhole);

/// <summary>A file that is pushed.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Blob">Its content.</param>
internal readonly record struct FilePush(RepoPath Path, BlobPush Blob);
