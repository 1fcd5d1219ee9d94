using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Contents;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Sources;

/// <summary>A team's bucket as a source of revisions.</summary>
/// <param name="bucket">The bucket.</param>
public sealed class BucketRepoSource(HubBucket bucket) : IRepoSource
{
    private readonly BucketBlobSource _blobs = new(bucket);

    private string Name => bucket.Store.Facts.Name;

    /// <inheritdoc/>
    public async Task<FoundRevision> FindAsync(PullRequest request, CancellationToken cancellation)
    {
        foreach (var repo in request.Candidates)
        {
            if (await FindAsync(repo, request, cancellation).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        throw await WhyMissingAsync(request, cancellation).ConfigureAwait(false);
    }

    private async Task<FoundRevision?> FindAsync(RepoId repo, PullRequest request, CancellationToken cancellation)
    {
        if (Revision.TryParse(request.Revision, out var commit, out _))
        {
            return await ReadAsync(repo, commit, null, cancellation).ConfigureAwait(false);
        }

        if (RefName.TryParse(request.Revision, out var name, out _)
            && (await bucket.FindRefAsync(repo, name, cancellation).ConfigureAwait(false)).Commit is { } target)
        {
            return await ReadAsync(repo, target, name, cancellation).ConfigureAwait(false) ?? throw new StoreException(
                StoreError.NotFound, $"{Name}: {repo} {name} is {target}, and of that there is no manifest; push it again, or remove the ref");
        }

        return request.IsCommitPrefix && await FindCommitAsync(repo, request.Revision, cancellation).ConfigureAwait(false) is { } full
            ? await ReadAsync(repo, full, null, cancellation).ConfigureAwait(false)
            : null;
    }

    private async Task<FoundRevision?> ReadAsync(RepoId repo, Revision commit, RefName? name, CancellationToken cancellation)
    {
        var place = await bucket.FindManifestAsync(repo, commit, cancellation).ConfigureAwait(false);
        return place.Reading is { } reading
            ? new FoundRevision
            {
                Manifest = reading.Manifest ?? throw Refused(place.Key, reading),
                Ref = name,
                Refused = reading.Refused,
                RefusedCount = reading.RefusedCount,
                Place = $"{Name}/{place.Key}",
                Blobs = _blobs,
            }
            : null;
    }

    /// <summary>The only commit that begins so; null if there is none.</summary>
    private async Task<Revision?> FindCommitAsync(RepoId repo, string digits, CancellationToken cancellation)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var (shared, own) = bucket.Keys.Manifests(repo, digits);
        foreach (var prefix in (string[])[shared, own])
        {
            await foreach (var each in bucket.Store.ListAsync(prefix, cancellation).ConfigureAwait(false))
            {
                if (bucket.Keys.Parse(each.Key) is { Kind: HubKeyKind.Manifest, Revision: { } commit }
                    && (await bucket.FindManifestAsync(repo, commit, cancellation).ConfigureAwait(false)).Reading is not null)
                {
                    found.Add(commit.Hex);
                }
            }
        }

        return found.Count <= 1
            ? Revision.TryParse(found.FirstOrDefault() ?? "", out var only, out _) ? only : null
            : throw new StoreException(StoreError.NotFound, $"{Name}: {found.Count} commits of {repo} begin with {digits}: {string.Join(", ", found.Take(3))}; give more digits");
    }

    /// <summary>Something may be there all the same, that nobody can read.</summary>
    private async Task<StoreException> WhyMissingAsync(PullRequest request, CancellationToken cancellation)
    {
        var repo = request.Candidates[0];
        if (!Revision.TryParse(request.Revision, out var commit, out _) && RefName.TryParse(request.Revision, out var name, out _))
        {
            var key = bucket.Keys.SharedRef(repo, name);
            if (await bucket.ReadRefAsync(key, cancellation).ConfigureAwait(false) is var (_, target))
            {
                commit = target;
                if (commit is null)
                {
                    return new StoreException(StoreError.Invalid, $"{Name}/{key}: is a ref that holds no commit; push the repository again");
                }
            }
        }

        if (commit is not null)
        {
            var key = bucket.Keys.SharedManifest(repo, commit);
            if (await bucket.ReadManifestAsync(key, cancellation).ConfigureAwait(false) is var (_, reading) && reading.Manifest is null)
            {
                return Refused(key, reading);
            }
        }

        var what = request.Candidates.Count == 1 ? repo.ToString() : repo.Name;
        return new StoreException(StoreError.NotFound, $"{Name}: has no {what} at {request.Revision}; 'ferry hf list --remote' shows what it has");
    }

    private StoreException Refused(string key, ManifestReading reading) =>
        new(StoreError.Invalid, $"{Name}/{key}: the manifest {reading.Reason}; push the revision again");
}
