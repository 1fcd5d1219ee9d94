using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>Removes a repository from a cache, or revisions of it, because somebody says so: refs do not protect them. Made before anything is changed.</summary>
public sealed class HubRemoval
{
    // No copy of a file that is in use takes as long.
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromDays(1);

    private readonly HubCache _cache;
    private readonly CachedRepo _repo;
    private readonly HubPrunePlan? _plan;

    private HubRemoval(HubCache cache, CachedRepo repo, IReadOnlyList<CachedRevision> revisions, HubPrunePlan? plan) =>
        (_cache, _repo, _plan, Revisions) = (cache, repo, plan, revisions);

    /// <summary>The repository.</summary>
    public RepoId Repo => _repo.Id;

    /// <summary>The revisions that go.</summary>
    public IReadOnlyList<CachedRevision> Revisions { get; }

    /// <summary>Whether nothing of the repository stays, downloads in progress included.</summary>
    public bool IsWhole => _plan is null;

    /// <summary>The refs that go.</summary>
    public IEnumerable<CachedRef> Refs => _repo.Refs.Where(reference => IsWhole || Revisions.Any(revision => revision.Commit == reference.Commit));

    /// <summary>Downloads in progress, or what is left of some, that go.</summary>
    public int Incomplete => IsWhole ? _repo.Incomplete.Count : 0;

    /// <summary>Bytes of contents that nothing has any more.</summary>
    public long FreedBytes => _plan?.FreedBytes ?? OwnContents().Sum(static blob => blob.Bytes);

    /// <summary>Why it cannot be: half a sentence; null if it can.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Plans it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="repo">The repository in it.</param>
    /// <param name="revisions">Those of its revisions that are to go; if these are all of them, the repository goes as a whole.</param>
    /// <param name="inUse">Contents that processes have open.</param>
    public static HubRemoval Plan(HubCache cache, CachedRepo repo, IReadOnlyList<CachedRevision> revisions, IReadOnlySet<ContentId> inUse)
    {
        var plan = revisions.Count == repo.Revisions.Count ? null : PlanPart(cache, repo, revisions);
        var isInUse = revisions.Any(revision => revision.Files.Any(file => inUse.Contains(file.Blob.Content)));
        return new HubRemoval(cache, repo, revisions, plan)
        {
            Refusal = isInUse ? "a process has files of it open"
                : plan is not null && repo.Problems.Count > 0 ? $"what its revisions share is not known, for it has {repo.Problems.Count} problems; remove all of it"
                : null,
        };
    }

    /// <summary>Does it: refs first, then snapshots, then contents, so that clients load what is left whenever it is ended.</summary>
    /// <exception cref="LinuxException">Something cannot be removed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public HubPruneReport Run(TimeProvider time, CancellationToken cancellation)
    {
        using var hub = DirectoryHandle.Open(_cache.Directory);
        if (_plan is not null)
        {
            RemoveRefs(hub);
            return HubPrune.Run(_cache, _plan, time, cancellation);
        }

        hub.RemoveLeftovers(Timestamp.From(time.GetUtcNow() - s_leftoverAge));
        // The folder disappears in one step.
        hub.RemoveTree(_repo.Id.Folder, hub);
        return new HubPruneReport(Revisions.Count, RemoveContents(new SharedStore(hub, time), cancellation), [], []);
    }

    /// <summary>The refs go as the user says, what else the repository and all others have stays, so that the planner counts what is shared.</summary>
    private static HubPrunePlan PlanPart(HubCache cache, CachedRepo repo, IReadOnlyList<CachedRevision> revisions)
    {
        var chosen = revisions.Select(static revision => revision.Commit).ToHashSet();
        var bare = repo with { Revisions = [.. repo.Revisions.Select(revision => chosen.Contains(revision.Commit) ? revision with { Refs = [] } : revision)] };
        var rules = new HubPruneRules
        {
            // Less than nothing: also a revision that frees nothing goes.
            MaxBytes = -1,
            MayGo = (each, revision) => each.Id == repo.Id && chosen.Contains(revision.Commit),
            LastUsed = static (_, _) => default,
            UnusedBefore = new Timestamp(long.MinValue, 0),
        };
        return HubPrunePlanner.Plan(cache with { Repos = [.. cache.Repos.Select(each => each.Id == repo.Id ? bare : each)] }, rules);
    }

    private void RemoveRefs(DirectoryHandle hub)
    {
        foreach (var reference in Refs)
        {
            var path = $"{_repo.Id.Folder}/{HubLayout.Refs}/{reference.Name}";
            var slash = path.LastIndexOf('/');
            using var directory = hub.TryOpen(path[..slash]);
            directory?.Remove(path[(slash + 1)..]);
            directory?.Sync();
        }
    }

    private long RemoveContents(SharedStore store, CancellationToken cancellation)
    {
        var freed = 0L;
        foreach (var blob in OwnContents())
        {
            cancellation.ThrowIfCancellationRequested();
            freed += !HubLayout.IsStored(blob.Path) || store.TryRemove(blob.Path) ? blob.Bytes : 0;
        }

        return freed;
    }

    private IEnumerable<CachedBlob> OwnContents()
    {
        var others = _cache.Repos.Where(repo => repo.Id != _repo.Id).SelectMany(static repo => repo.Contents).Select(static blob => blob.Content).ToHashSet();
        return _repo.Contents.DistinctBy(static blob => blob.Content).Where(blob => !others.Contains(blob.Content));
    }
}
