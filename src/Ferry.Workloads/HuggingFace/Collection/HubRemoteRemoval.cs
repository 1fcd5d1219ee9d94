using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Collection;

/// <summary>A ref of a bucket that is to go.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Commit">Where it leads.</param>
public sealed record RemovedRef(string Key, RefName Name, Revision Commit);

/// <summary>A revision of a bucket that is to go.</summary>
/// <param name="Key">Its manifest's key.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Bytes">Bytes of its contents; 0 for a manifest that cannot be understood.</param>
public sealed record RemovedRevision(string Key, Revision Commit, long Bytes);

/// <summary>What is to go from a bucket. Contents stay: others may have them too, and a collection removes them when none has.</summary>
/// <param name="Refs">First these.</param>
/// <param name="Revisions">Then these.</param>
public sealed record HubRemovalPlan(IReadOnlyList<RemovedRef> Refs, IReadOnlyList<RemovedRevision> Revisions);

/// <summary>Removes revisions from a bucket: refs, then manifests, so that no ref is ever without its manifest.</summary>
public static class HubRemoteRemoval
{
    /// <summary>Finds what is to go.</summary>
    /// <param name="bucket">Where.</param>
    /// <param name="repo">The repository.</param>
    /// <param name="pattern">Which of its revisions: <c>org/name@v1.0</c>, or <c>org/name</c> for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">The bucket cannot be read.</exception>
    public static async Task<HubRemovalPlan> PlanAsync(HubBucket bucket, RepoId repo, RepoPattern pattern, CancellationToken cancellation)
    {
        var listed = await bucket.ListAsync(cancellation).ConfigureAwait(false);
        var revisions = await FindRevisionsAsync(bucket, listed, repo, cancellation).ConfigureAwait(false);
        var refs = await FindRefsAsync(bucket, listed, repo, revisions, cancellation).ConfigureAwait(false);
        var going = revisions.Where(revision => pattern.Matches(repo)
            || pattern.Matches(repo, revision.Commit, refs.Where(each => each.Commit == revision.Commit).Select(static each => each.Name))).ToList();
        var commits = going.Select(static revision => revision.Commit).ToHashSet();
        return new HubRemovalPlan([.. refs.Where(each => commits.Contains(each.Commit))], going);
    }

    /// <summary>Removes what was planned. A ref that leads elsewhere by now stays.</summary>
    /// <returns>What could not be removed, one line each; manifests stay where a ref does.</returns>
    /// <exception cref="StoreException">The bucket cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(HubBucket bucket, HubRemovalPlan plan, CancellationToken cancellation)
    {
        var refs = new List<string>();
        foreach (var each in plan.Refs)
        {
            if (await bucket.ReadRefAsync(each.Key, cancellation).ConfigureAwait(false) is (_, { } commit) && commit == each.Commit)
            {
                refs.Add(each.Key);
            }
        }

        var failed = refs.Count == 0 ? [] : await bucket.Store.RemoveAsync(refs, cancellation).ConfigureAwait(false);
        if (failed.Count == 0 && plan.Revisions.Count > 0)
        {
            failed = await bucket.Store.RemoveAsync([.. plan.Revisions.Select(static each => each.Key)], cancellation).ConfigureAwait(false);
        }

        return [.. failed.Select(static each => each.Error.Message)];
    }

    private static async Task<List<RemovedRevision>> FindRevisionsAsync(HubBucket bucket, BucketContents listed, RepoId repo, CancellationToken cancellation)
    {
        var revisions = new List<RemovedRevision>();
        var own = listed.Manifests.Values.Where(entry => entry.Key.Repo is { } known ? known == repo : entry.Key.Flat == HubKeys.Flatten(repo));
        await ManifestSweep.ReadAsync(bucket, own, (entry, reading) =>
        {
            // What cannot be understood is nobody's, and in everybody's way.
            if (reading.Manifest is null || reading.Manifest.Repo == repo)
            {
                revisions.Add(new RemovedRevision(entry.Info.Key, entry.Key.Revision!, reading.Manifest?.Bytes ?? 0));
            }
        }, cancellation).ConfigureAwait(false);
        revisions.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return revisions;
    }

    private static async Task<List<RemovedRef>> FindRefsAsync(
        HubBucket bucket, BucketContents listed, RepoId repo, List<RemovedRevision> revisions, CancellationToken cancellation)
    {
        var commits = revisions.Select(static revision => revision.Commit).ToHashSet();
        var refs = new List<RemovedRef>();
        foreach (var entry in listed.Refs.Values.Where(entry => entry.Key.Repo is { } known ? known == repo : entry.Key.Flat == HubKeys.Flatten(repo)))
        {
            if (await bucket.ReadRefAsync(entry.Info.Key, cancellation).ConfigureAwait(false) is (_, { } commit) && commits.Contains(commit))
            {
                refs.Add(new RemovedRef(entry.Info.Key, entry.Key.Ref!, commit));
            }
        }

        return refs;
    }
}
