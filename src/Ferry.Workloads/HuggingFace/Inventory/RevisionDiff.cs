using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Inventory;

/// <summary>Where a revision is.</summary>
public enum DiffState
{
    /// <summary>In the cache only: a push would bring it.</summary>
    LocalOnly,

    /// <summary>In the bucket only: a pull would bring it.</summary>
    RemoteOnly,

    /// <summary>In both, with the same files.</summary>
    InSync,

    /// <summary>In both, but not with the same files; or the bucket lacks contents of it.</summary>
    Partial,
}

/// <summary>A revision in cache and bucket.</summary>
/// <param name="Repo">The repository.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Refs">The refs of either that lead to it.</param>
/// <param name="State">Where it is.</param>
/// <param name="Files">Its files, here and there.</param>
public sealed record RevisionDiff(RepoId Repo, Revision Commit, IReadOnlyList<RefName> Refs, DiffState State, RevisionComparison Files)
{
    /// <summary>Compares all revisions of a cache and a bucket.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="remote">The bucket's, compared with that cache.</param>
    /// <returns>By repository and commit.</returns>
    public static IReadOnlyList<RevisionDiff> Of(HubCache cache, BucketInventory remote)
    {
        var there = remote.Revisions.ToDictionary(static revision => (revision.Repo, revision.Commit));
        var diffs = new List<RevisionDiff>();
        foreach (var repo in cache.Repos)
        {
            foreach (var local in repo.Revisions)
            {
                diffs.Add(there.Remove((repo.Id, local.Commit), out var revision)
                    ? new RevisionDiff(repo.Id, local.Commit, Join(local.Refs, revision.Refs), StateOf(revision.Comparison!, revision), revision.Comparison!)
                    : new RevisionDiff(repo.Id, local.Commit, local.Refs, DiffState.LocalOnly, new RevisionComparison(local.Files.Count, 0, 0, local.Files.Count)));
            }
        }

        foreach (var revision in there.Values)
        {
            var files = new RevisionComparison(0, revision.Files - revision.MissingFiles, 0, revision.Files);
            diffs.Add(new RevisionDiff(revision.Repo, revision.Commit, revision.Refs, revision.MissingFiles == 0 ? DiffState.RemoteOnly : DiffState.Partial, files));
        }

        return [.. diffs.OrderBy(static diff => diff.Repo).ThenBy(static diff => diff.Commit.Hex, StringComparer.Ordinal)];
    }

    private static DiffState StateOf(RevisionComparison files, RemoteRevision revision) =>
        files.Both == files.All && revision.MissingFiles == 0 ? DiffState.InSync : DiffState.Partial;

    private static List<RefName> Join(IReadOnlyList<RefName> here, IReadOnlyList<RefName> there) =>
        [.. here.Union(there).OrderBy(static name => name.Name, StringComparer.Ordinal)];
}
