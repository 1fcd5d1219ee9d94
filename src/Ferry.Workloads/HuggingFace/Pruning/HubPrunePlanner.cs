using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>
/// Plans which revisions go so that a cache fits its budget: the least recently used first, and none that is protected. Downloads in progress are never part of it.
/// </summary>
public sealed class HubPrunePlanner
{
    private readonly HubCache _cache;
    private readonly HubPruneRules _rules;
    // How many files of snapshots that stay have a content.
    private readonly Dictionary<ContentId, int> _uses = [];
    private readonly List<KeptRevision> _kept = [];
    private readonly List<PrunedRevision> _pruned = [];
    private readonly HashSet<(RepoId, Revision)> _gone = [];

    private HubPrunePlanner(HubCache cache, HubPruneRules rules) => (_cache, _rules) = (cache, rules);

    /// <summary>Makes a plan.</summary>
    public static HubPrunePlan Plan(HubCache cache, HubPruneRules rules) => new HubPrunePlanner(cache, rules).Plan();

    private HubPrunePlan Plan()
    {
        var bytes = _cache.Bytes;
        foreach (var file in _cache.Repos.SelectMany(static repo => repo.Revisions).SelectMany(static revision => revision.Files))
        {
            _uses[file.Blob.Content] = _uses.GetValueOrDefault(file.Blob.Content) + 1;
        }

        var unused = bytes > _rules.MaxBytes ? FindUnused() : [];
        var remaining = bytes - BytesOf(unused);
        foreach (var (repo, revision, lastUsed) in FindCandidates())
        {
            if (remaining <= _rules.MaxBytes)
            {
                _kept.Add(new KeptRevision(repo.Id, revision.Commit, KeptFor.Budget));
                continue;
            }

            var freed = Remove(revision);
            remaining -= freed;
            _gone.Add((repo.Id, revision.Commit));
            _pruned.Add(new PrunedRevision(repo.Id, revision, lastUsed, freed));
        }

        return new HubPrunePlan { Bytes = bytes, MaxBytes = _rules.MaxBytes, Revisions = _pruned, Blobs = [.. unused, .. FindBlobs()], Kept = _kept };
    }

    /// <summary>Revisions that may go, the least recently used first; the others are noted as kept.</summary>
    private List<(CachedRepo Repo, CachedRevision Revision, Timestamp LastUsed)> FindCandidates()
    {
        var candidates = new List<(CachedRepo Repo, CachedRevision Revision, Timestamp LastUsed)>();
        foreach (var repo in _cache.Repos)
        {
            foreach (var revision in repo.Revisions)
            {
                if (WhyKept(repo, revision) is { } reason)
                {
                    _kept.Add(new KeptRevision(repo.Id, revision.Commit, reason));
                }
                else
                {
                    candidates.Add((repo, revision, _rules.LastUsed(repo, revision)));
                }
            }
        }

        candidates.Sort(static (one, other) => one.LastUsed.CompareTo(other.LastUsed) is not 0 and var order ? order
            : one.Repo.Id.CompareTo(other.Repo.Id) is not 0 and var byId ? byId
            : string.CompareOrdinal(one.Revision.Commit.Hex, other.Revision.Commit.Hex));
        return candidates;
    }

    private KeptFor? WhyKept(CachedRepo repo, CachedRevision revision) =>
        revision.Refs.Count > 0 ? KeptFor.Ref
        : _rules.MayGo?.Invoke(repo, revision) == false ? KeptFor.Pattern
        : _rules.Keep.Any(pattern => pattern.Matches(repo.Id, revision.Commit, revision.Refs)) ? KeptFor.Pattern
        : revision.Files.Any(file => _rules.InUse.Contains(file.Blob.Content)) ? KeptFor.Process
        : repo.Problems.Count > 0 ? KeptFor.Problem
        : null;

    /// <summary>Takes a revision's files out of the count; returns the bytes that nothing has any more.</summary>
    private long Remove(CachedRevision revision)
    {
        var freed = 0L;
        foreach (var file in revision.Files)
        {
            if (--_uses[file.Blob.Content] == 0)
            {
                freed += file.Blob.Bytes;
            }
        }

        return freed;
    }

    /// <summary>Contents that no snapshot has, and that are too old to be those of a download that is about to make its link.</summary>
    private List<PrunedBlob> FindUnused()
    {
        var found = new List<PrunedBlob>();
        foreach (var repo in _cache.Repos.Where(static repo => repo.Problems.Count == 0))
        {
            foreach (var blob in repo.Blobs.Values)
            {
                if (!_uses.ContainsKey(blob.Content) && blob.Modified < _rules.UnusedBefore && !_rules.InUse.Contains(blob.Content))
                {
                    found.Add(new PrunedBlob(repo.Id, blob, IsLast: true));
                }
            }
        }

        return found;
    }

    /// <summary>The names of contents that the revisions that go had, and no revision of the same repository has.</summary>
    private IEnumerable<PrunedBlob> FindBlobs()
    {
        foreach (var repo in _cache.Repos)
        {
            var stay = new HashSet<ContentId>();
            var go = new Dictionary<string, CachedBlob>(StringComparer.Ordinal);
            foreach (var revision in repo.Revisions)
            {
                var isGone = _gone.Contains((repo.Id, revision.Commit));
                foreach (var file in revision.Files)
                {
                    if (!isGone)
                    {
                        stay.Add(file.Blob.Content);
                    }
                    else
                    {
                        go[file.Blob.Link ?? file.Blob.Path] = file.Blob;
                    }
                }
            }

            foreach (var blob in go.Values.Where(blob => !stay.Contains(blob.Content)))
            {
                yield return new PrunedBlob(repo.Id, blob, _uses[blob.Content] == 0);
            }
        }
    }

    private static long BytesOf(List<PrunedBlob> blobs)
    {
        var seen = new HashSet<ContentId>();
        return blobs.Where(each => seen.Add(each.Blob.Content)).Sum(static each => each.Blob.Bytes);
    }
}
