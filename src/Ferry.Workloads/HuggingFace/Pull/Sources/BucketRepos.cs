using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Sources;

/// <summary>A repository that a bucket has a ref of.</summary>
/// <param name="Name">Its id, or the nearest thing to it.</param>
/// <param name="Repo">The repository; null where its manifest cannot be read, which alone tells what it is.</param>
public sealed record BucketRepo(string Name, RepoId? Repo);

/// <summary>Which repositories a bucket has.</summary>
public static class BucketRepos
{
    /// <summary>Finds the repositories that have a ref; of contents and manifests nothing is listed.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="reference">The ref.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>By name, each repository once.</returns>
    /// <exception cref="StoreException">It cannot be listed or read.</exception>
    public static async Task<IReadOnlyList<BucketRepo>> ListAsync(HubBucket bucket, RefName reference, CancellationToken cancellation)
    {
        var found = new HashSet<RepoId>();
        var unknown = new List<BucketRepo>();
        var turn = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = bucket.Store.Facts.Requests, CancellationToken = cancellation };
        await Parallel.ForEachAsync(ListRefsAsync(bucket, reference, cancellation), options, async (key, token) =>
        {
            var repo = key.Repo ?? await ReadAsync(bucket, key.Flat!, reference, token).ConfigureAwait(false);
            lock (turn)
            {
                if (repo is null)
                {
                    unknown.Add(new BucketRepo(key.Flat!.Replace("__", "/", StringComparison.Ordinal), null));
                }
                else
                {
                    found.Add(repo);
                }
            }
        }).ConfigureAwait(false);
        return [.. found.Order().Select(static repo => new BucketRepo(repo.ToString(), repo)), .. unknown.OrderBy(static repo => repo.Name, StringComparer.Ordinal)];
    }

    private static async IAsyncEnumerable<HubKey> ListRefsAsync(
        HubBucket bucket, RefName reference, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var prefix in (string[])[bucket.Keys.AllRefs.Shared, bucket.Keys.AllRefs.Own])
        {
            await foreach (var each in bucket.Store.ListAsync(prefix, cancellation).ConfigureAwait(false))
            {
                if (bucket.Keys.Parse(each.Key) is { Kind: HubKeyKind.Ref } key && key.Ref == reference)
                {
                    yield return key;
                }
            }
        }
    }

    /// <summary>The repository whose the shared ref of a flattened id is.</summary>
    private static async Task<RepoId?> ReadAsync(HubBucket bucket, string flat, RefName reference, CancellationToken cancellation) =>
        await bucket.ReadRefAsync($"{bucket.Keys.AllRefs.Shared}{flat}/{reference.Name}", cancellation).ConfigureAwait(false) is (_, { } commit)
        && await bucket.ReadManifestAsync(bucket.Keys.SharedManifest(flat, commit), cancellation).ConfigureAwait(false) is var (_, reading)
        && reading.Manifest is { } manifest && HubKeys.Flatten(manifest.Repo) == flat && manifest.Revision == commit
            ? manifest.Repo : null;
}
