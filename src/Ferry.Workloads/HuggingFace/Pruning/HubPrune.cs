using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>What a prune did.</summary>
/// <param name="Revisions">Revisions that are gone.</param>
/// <param name="FreedBytes">Bytes of contents that are gone.</param>
/// <param name="Skipped">What was to go and stayed, because it has changed since the plan.</param>
/// <param name="Failures">What could not be removed.</param>
public sealed record HubPruneReport(int Revisions, long FreedBytes, IReadOnlyList<CacheProblem> Skipped, IReadOnlyList<CacheProblem> Failures);

/// <summary>
/// Carries out a plan. A snapshot disappears in one step, before any of its contents is touched: whenever it is ended, clients load what is left, and the next prune goes on.
/// </summary>
public sealed class HubPrune : IDisposable
{
    // No copy of a file that is in use takes as long.
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromDays(1);

    private readonly DirectoryHandle _hub;
    private readonly SharedStore _store;
    private readonly TimeProvider _time;
    private readonly List<CacheProblem> _skipped = [];
    private readonly List<CacheProblem> _failures = [];

    private HubPrune(DirectoryHandle hub, TimeProvider time) => (_hub, _store, _time) = (hub, new SharedStore(hub, time), time);

    /// <summary>Removes what the plan names.</summary>
    /// <param name="cache">The cache that the plan was made for.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="time">The clock, for locks.</param>
    /// <param name="cancellation">Ends it between two removals.</param>
    /// <exception cref="LinuxException">The cache cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HubPruneReport Run(HubCache cache, HubPrunePlan plan, TimeProvider time, CancellationToken cancellation)
    {
        using var prune = new HubPrune(DirectoryHandle.Open(cache.Directory), time);
        return prune.Run(cache, plan, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _hub.Dispose();

    private HubPruneReport Run(HubCache cache, HubPrunePlan plan, CancellationToken cancellation)
    {
        var before = Timestamp.From(_time.GetUtcNow() - s_leftoverAge);
        foreach (var repo in cache.Repos)
        {
            Try(repo.Id, "", folder =>
            {
                folder.RemoveLeftovers(before);
                return true;
            });
        }

        var removed = new HashSet<(RepoId, Revision)>();
        foreach (var pruned in plan.Revisions)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Try(pruned.Repo, pruned.Revision.Commit.Hex, folder => RemoveRevision(pruned, folder)))
            {
                removed.Add((pruned.Repo, pruned.Revision.Commit));
            }
        }

        return new HubPruneReport(removed.Count, RemoveBlobs(plan, cancellation), _skipped, _failures);
    }

    /// <summary>False if a ref leads to it by now.</summary>
    private bool RemoveRevision(PrunedRevision pruned, DirectoryHandle folder)
    {
        var commit = pruned.Revision.Commit.Hex;
        var now = HubCacheReader.Read(_hub.Path, pruned.Repo, CancellationToken.None);
        if (now is null || now.Refs.Any(reference => reference.Commit.Hex == commit))
        {
            _skipped.Add(new CacheProblem($"{pruned.Repo.Folder}/{HubLayout.Snapshots}/{commit}", "has got a ref since the plan was made"));
            return false;
        }

        RemoveTree(folder, HubLayout.NoExist, commit);
        RemoveTree(folder, HubLayout.Snapshots, commit);
        using var trees = folder.TryOpen(HubLayout.Trees);
        trees?.Remove(commit + ".json");
        return true;
    }

    private static void RemoveTree(DirectoryHandle folder, string place, string name)
    {
        using var directory = folder.TryOpen(place);
        directory?.RemoveTree(name, folder);
    }

    /// <summary>Removes contents that no snapshot has now, whatever the plan thought.</summary>
    private long RemoveBlobs(HubPrunePlan plan, CancellationToken cancellation)
    {
        var freed = 0L;
        var counted = new HashSet<ContentId>();
        foreach (var blobs in plan.Blobs.GroupBy(static each => each.Repo))
        {
            cancellation.ThrowIfCancellationRequested();
            Try(blobs.Key, HubLayout.Blobs, folder =>
            {
                // A client may have made a snapshot meanwhile that has one of them again.
                if (HubCacheReader.Read(_hub.Path, blobs.Key, cancellation) is not { Problems.Count: 0 } now)
                {
                    _skipped.Add(new CacheProblem($"{blobs.Key.Folder}/{HubLayout.Blobs}", "has changed since the plan was made"));
                    return false;
                }

                var used = now.Revisions.SelectMany(static revision => revision.Files).Select(static file => file.Blob.Content).ToHashSet();
                using var directory = folder.TryOpen(HubLayout.Blobs);
                foreach (var each in blobs.Where(each => !used.Contains(each.Blob.Content)))
                {
                    var isGone = Remove(directory, each);
                    freed += isGone && each.IsLast && counted.Add(each.Blob.Content) ? each.Blob.Bytes : 0;
                }

                return true;
            });
        }

        return freed;
    }

    /// <summary>Whether the content is gone with the name.</summary>
    private bool Remove(DirectoryHandle? blobs, PrunedBlob pruned)
    {
        var blob = pruned.Blob;
        if ((blob.Link ?? blob.Path) is var place && place.StartsWith($"{pruned.Repo.Folder}/{HubLayout.Blobs}/", StringComparison.Ordinal))
        {
            blobs?.Remove(place[(place.LastIndexOf('/') + 1)..]);
        }

        return !HubLayout.IsStored(blob.Path) || _store.TryRemove(blob.Path);
    }

    private bool Try(RepoId repo, string place, Func<DirectoryHandle, bool> action)
    {
        try
        {
            using var folder = _hub.TryOpen(repo.Folder);
            return folder is not null && action(folder);
        }
        catch (IOException e)
        {
            _failures.Add(new CacheProblem($"{repo.Folder}/{place}".TrimEnd('/'), e.Message));
            return false;
        }
    }
}
