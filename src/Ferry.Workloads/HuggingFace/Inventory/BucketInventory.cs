using System.Collections.Concurrent;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Inventory;

/// <summary>What a bucket has for whoever pulls from it: one listing, and a read of each manifest and each ref, some at a time.</summary>
public sealed class BucketInventory
{
    private readonly HubBucket _bucket;
    private readonly BucketContents _contents;
    private readonly Dictionary<(RepoId Repo, Revision Commit), CachedRevision> _local;
    private readonly ConcurrentDictionary<(RepoId Repo, Revision Commit), RemoteRevision> _found = [];
    private readonly ConcurrentDictionary<(string Flat, Revision Commit), RepoId> _owners = [];
    private readonly ConcurrentDictionary<(RepoId Repo, RefName Name), Revision> _refs = [];
    private readonly ConcurrentBag<BucketProblem> _problems = [];

    private BucketInventory(HubBucket bucket, BucketContents contents, HubCache? cache)
    {
        (_bucket, _contents) = (bucket, contents);
        _local = (cache?.Repos ?? []).SelectMany(static repo => repo.Revisions.Select(revision => (repo.Id, revision)))
            .ToDictionary(static each => (each.Id, each.revision.Commit), static each => each.revision);
    }

    /// <summary>The revisions, by repository and commit.</summary>
    public IReadOnlyList<RemoteRevision> Revisions { get; private set; } = [];

    /// <summary>What is wrong, by key.</summary>
    public IReadOnlyList<BucketProblem> Problems { get; private set; } = [];

    /// <summary>How many contents there are.</summary>
    public int Blobs => _contents.Blobs.Count;

    /// <summary>Their bytes.</summary>
    public long Bytes => _contents.Bytes;

    /// <summary>Reads it.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="cache">What the revisions are compared with; null for nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">The bucket cannot be listed or read.</exception>
    public static async Task<BucketInventory> ReadAsync(HubBucket bucket, HubCache? cache, CancellationToken cancellation)
    {
        var inventory = new BucketInventory(bucket, await bucket.ListAsync(cancellation).ConfigureAwait(false), cache);
        await inventory.ReadAsync(cancellation).ConfigureAwait(false);
        return inventory;
    }

    /// <summary>Shared keys before own ones: docs/formats/hub-bucket.md, "Whose key it is".</summary>
    private async Task ReadAsync(CancellationToken cancellation)
    {
        await ForEachAsync(_contents.Manifests, isOwn: false, ReadManifestAsync, cancellation).ConfigureAwait(false);
        await ForEachAsync(_contents.Manifests, isOwn: true, ReadManifestAsync, cancellation).ConfigureAwait(false);
        await ForEachAsync(_contents.Refs, isOwn: false, ReadRefAsync, cancellation).ConfigureAwait(false);
        await ForEachAsync(_contents.Refs, isOwn: true, ReadRefAsync, cancellation).ConfigureAwait(false);
        var refs = _refs.ToLookup(static each => (each.Key.Repo, each.Value), static each => each.Key.Name);
        Revisions =
        [
            .. _found.Values
                .Select(found => found with { Refs = [.. refs[(found.Repo, found.Commit)].OrderBy(static name => name.Name, StringComparer.Ordinal)] })
                .OrderBy(static found => found.Repo).ThenBy(static found => found.Commit.Hex, StringComparer.Ordinal),
        ];
        Problems = [.. _problems.OrderBy(static problem => problem.Key, StringComparer.Ordinal)];
    }

    private Task ForEachAsync(
        IReadOnlyDictionary<string, BucketEntry> entries, bool isOwn, Func<string, HubKey, CancellationToken, ValueTask> read, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = _bucket.Store.Facts.Requests, CancellationToken = cancellation };
        return Parallel.ForEachAsync(
            entries.Where(entry => entry.Value.Key.Repo is not null == isOwn), options, (entry, token) => read(entry.Key, entry.Value.Key, token));
    }

    private async ValueTask ReadManifestAsync(string key, HubKey parts, CancellationToken cancellation)
    {
        if (await _bucket.ReadManifestAsync(key, cancellation).ConfigureAwait(false) is not var (_, reading))
        {
            // Removed since the listing.
            return;
        }

        if (reading.Manifest is not { } manifest)
        {
            _problems.Add(new BucketProblem(key, reading.Reason ?? "is no manifest"));
        }
        else if (manifest.Revision != parts.Revision || (parts.Repo is { } repo ? manifest.Repo != repo : HubKeys.Flatten(manifest.Repo) != parts.Flat))
        {
            _problems.Add(new BucketProblem(key, "is that of another repository or revision"));
        }
        else
        {
            Add(manifest, parts);
            if (reading.RefusedCount > 0)
            {
                _problems.Add(new BucketProblem(key, $"has {reading.RefusedCount} files that are refused, such as {reading.Refused[0]}"));
            }
        }
    }

    private void Add(RepoManifest manifest, HubKey parts)
    {
        if (parts.Repo is null)
        {
            _owners[(parts.Flat!, manifest.Revision)] = manifest.Repo;
        }

        var id = (manifest.Repo, manifest.Revision);
        _found.TryAdd(id, new RemoteRevision
        {
            Repo = manifest.Repo,
            Commit = manifest.Revision,
            Refs = [],
            Files = manifest.Files.Count,
            MissingFiles = manifest.Files.Count(file => !_contents.Has(file.Blob, file.Bytes)),
            Bytes = manifest.Bytes,
            IsComplete = manifest.IsComplete,
            Visibility = manifest.Visibility,
            Comparison = _local.TryGetValue(id, out var local) ? Compare(local, manifest) : null,
        });
    }

    private RevisionComparison Compare(CachedRevision local, RepoManifest manifest)
    {
        var here = local.Files.ToDictionary(static file => file.Path, static file => file.Blob);
        var (there, both, all) = (0, 0, here.Count);
        foreach (var file in manifest.Files)
        {
            var isThere = _contents.Has(file.Blob, file.Bytes);
            var blob = here.GetValueOrDefault(file.Path);
            there += isThere ? 1 : 0;
            all += blob is null ? 1 : 0;
            // A file of a cache without links may have no name: then its size speaks for it.
            both += isThere && blob is not null && blob.Bytes == file.Bytes && (blob.Name is null || blob.Name == file.Blob) ? 1 : 0;
        }

        return new RevisionComparison(here.Count, there, both, all);
    }

    private async ValueTask ReadRefAsync(string key, HubKey parts, CancellationToken cancellation)
    {
        if (await _bucket.ReadRefAsync(key, cancellation).ConfigureAwait(false) is not var (_, commit))
        {
            return;
        }

        if (commit is null)
        {
            _problems.Add(new BucketProblem(key, "is no commit"));
        }
        else if ((parts.Repo ?? _owners.GetValueOrDefault((parts.Flat!, commit))) is not { } repo || !_found.ContainsKey((repo, commit)))
        {
            _problems.Add(new BucketProblem(key, $"leads to {commit}, which has no manifest"));
        }
        else
        {
            _refs.TryAdd((repo, parts.Ref!), commit);
        }
    }
}
