using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>Why a revision stays, whatever its age.</summary>
public enum KeptFor
{
    /// <summary>A ref leads to it.</summary>
    Ref,

    /// <summary>A pattern of the user's means it.</summary>
    Pattern,

    /// <summary>A process has one of its files open.</summary>
    Process,

    /// <summary>Its repository cannot be read as a whole: what its files share with it is not known.</summary>
    Problem,

    /// <summary>There is room for it.</summary>
    Budget,
}

/// <summary>What there is to know for a plan, besides the cache itself.</summary>
public sealed record HubPruneRules
{
    /// <summary>Bytes that the cache may have, 0 or more.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>What stays.</summary>
    public IReadOnlyList<RepoPattern> Keep { get; init; } = [];

    /// <summary>Which revisions may go, as far as nothing else keeps them; null for all.</summary>
    public Func<CachedRepo, CachedRevision, bool>? MayGo { get; init; }

    /// <summary>Contents that processes have open.</summary>
    public IReadOnlySet<ContentId> InUse { get; init; } = new HashSet<ContentId>();

    /// <summary>When a revision was last used.</summary>
    public required Func<CachedRepo, CachedRevision, Timestamp> LastUsed { get; init; }

    /// <summary>Contents that no snapshot has are removed if they were written before: a client makes the link to a content after it.</summary>
    public required Timestamp UnusedBefore { get; init; }
}

/// <summary>A revision that stays.</summary>
/// <param name="Repo">Its repository.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Reason">Why.</param>
public sealed record KeptRevision(RepoId Repo, Revision Commit, KeptFor Reason);

/// <summary>A revision that is to go.</summary>
/// <param name="Repo">Its repository.</param>
/// <param name="Revision">What there is of it.</param>
/// <param name="LastUsed">When it was.</param>
/// <param name="FreedBytes">What its removal frees, after all before it: contents that nothing else has.</param>
public sealed record PrunedRevision(RepoId Repo, CachedRevision Revision, Timestamp LastUsed, long FreedBytes);

/// <summary>A content that is to go.</summary>
/// <param name="Repo">The repository that names it.</param>
/// <param name="Blob">The content.</param>
/// <param name="IsLast">Whether no other name of it stays in the cache, so that its bytes are freed.</param>
public sealed record PrunedBlob(RepoId Repo, CachedBlob Blob, bool IsLast);

/// <summary>What a prune would do. Nothing has been changed.</summary>
public sealed record HubPrunePlan
{
    /// <summary>Bytes of the cache before.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes that it may have.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>What goes, in this order: the least recently used first.</summary>
    public required IReadOnlyList<PrunedRevision> Revisions { get; init; }

    /// <summary>The contents that go after that.</summary>
    public required IReadOnlyList<PrunedBlob> Blobs { get; init; }

    /// <summary>What stays.</summary>
    public required IReadOnlyList<KeptRevision> Kept { get; init; }

    /// <summary>Bytes that are freed: contents that nothing has any more.</summary>
    public long FreedBytes
    {
        get
        {
            var seen = new HashSet<ContentId>();
            return Blobs.Where(each => each.IsLast && seen.Add(each.Blob.Content)).Sum(static each => each.Blob.Bytes);
        }
    }

    /// <summary>Bytes of the cache afterwards; more than <see cref="MaxBytes"/> where what is protected takes more.</summary>
    public long RemainingBytes => Bytes - FreedBytes;
}
