using System.Runtime.CompilerServices;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Bucket;

/// <summary>
/// The team's part of a store, in the layout of docs/formats/hub-bucket.md, where anybody may have written anything: names and numbers are checked here, contents are not. Thread-safe.
/// </summary>
/// <param name="store">The store; whoever opened it closes it.</param>
/// <param name="keys">The keys.</param>
public sealed class HubBucket(IObjectStore store, HubKeys keys)
{
    // A commit, and what editors and shells put after it.
    private const int MaxRefBytes = 64;

    private const int MaxStrange = 100;

    /// <summary>The store.</summary>
    public IObjectStore Store => store;

    /// <summary>The keys.</summary>
    public HubKeys Keys => keys;

    /// <summary>Lists all that is below the prefix, in one sequence of requests.</summary>
    /// <exception cref="StoreException">It cannot be listed.</exception>
    public async Task<BucketContents> ListAsync(CancellationToken cancellation)
    {
        var blobs = new Dictionary<BlobName, ObjectInfo>();
        var manifests = new Dictionary<string, BucketEntry>(StringComparer.Ordinal);
        var refs = new Dictionary<string, BucketEntry>(StringComparer.Ordinal);
        var claims = new Dictionary<BlobName, ObjectInfo>();
        var marks = default(ObjectInfo);
        var strange = new List<string>();
        var others = 0L;
        await foreach (var found in store.ListAsync(keys.Prefix, cancellation).ConfigureAwait(false))
        {
            switch (keys.Parse(found.Key))
            {
                case { Kind: HubKeyKind.Blob } key:
                    blobs[key.Blob] = found;
                    break;
                case { Kind: HubKeyKind.Manifest } key:
                    manifests[found.Key] = new BucketEntry(key, found);
                    break;
                case { Kind: HubKeyKind.Ref } key:
                    refs[found.Key] = new BucketEntry(key, found);
                    break;
                case { Kind: HubKeyKind.Claim } key:
                    claims[key.Blob] = found;
                    break;
                case { Kind: HubKeyKind.Marks }:
                    marks = found;
                    break;
                default:
                    others++;
                    if (strange.Count < MaxStrange && keys.IsManifestLike(found.Key))
                    {
                        strange.Add(found.Key);
                    }

                    break;
            }
        }

        return new BucketContents { Blobs = blobs, Manifests = manifests, Refs = refs, Claims = claims, Marks = marks, StrangeManifests = strange, Others = others };
    }

    /// <summary>Lists the contents alone.</summary>
    /// <exception cref="StoreException">They cannot be listed.</exception>
    public async IAsyncEnumerable<(BlobName Name, ObjectInfo Info)> ListBlobsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var found in store.ListAsync(keys.Blobs, cancellation).ConfigureAwait(false))
        {
            if (keys.Parse(found.Key) is { Kind: HubKeyKind.Blob } key)
            {
                yield return (key.Blob, found);
            }
        }
    }

    /// <summary>Reads a manifest.</summary>
    /// <returns>Its version and what it says; null if there is none. A larger one than any that is believed is refused unread.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<(string Version, ManifestReading Reading)?> ReadManifestAsync(string key, CancellationToken cancellation)
    {
        if (await TryReadAsync(key, ManifestFormat.MaxBytes, cancellation).ConfigureAwait(false) is not var (info, bytes))
        {
            return null;
        }

        var reading = bytes is null
            ? new ManifestReading(null, $"has {info.Length} bytes, more than the {ManifestFormat.MaxBytes} that are read", [], 0)
            : ManifestReader.Read(bytes);
        return (info.Version, reading);
    }

    /// <summary>Reads a ref's commit.</summary>
    /// <returns>Its version and the commit, null for what is none; null if there is no such object.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<(string Version, Revision? Commit)?> ReadRefAsync(string key, CancellationToken cancellation)
    {
        if (await TryReadAsync(key, MaxRefBytes, cancellation).ConfigureAwait(false) is not var (info, bytes))
        {
            return null;
        }

        var text = bytes is null ? "" : Encoding.UTF8.GetString(bytes).Trim();
        return (info.Version, Revision.TryParse(text, out var commit, out _) ? commit : null);
    }

    /// <summary>Reads the list of contents that no manifest named when a collection looked.</summary>
    /// <returns>Its version and the marks, empty for a list that cannot be understood; null if there is none.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<(string Version, IReadOnlyDictionary<BlobName, GcMark> Marks)?> ReadMarksAsync(CancellationToken cancellation) =>
        await TryReadAsync(keys.Marks, GcMarks.MaxBytes, cancellation).ConfigureAwait(false) is var (info, bytes)
            ? (info.Version, (bytes is null ? null : GcMarks.TryRead(bytes)) ?? new Dictionary<BlobName, GcMark>())
            : null;

    /// <summary>Finds the manifest of a revision, by the rule of whose the shared key is.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="revision">The commit.</param>
    /// <param name="listed">What a listing found, so that nothing is asked about what it did not find; null to ask.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<ManifestPlace> FindManifestAsync(RepoId repo, Revision revision, BucketContents? listed, CancellationToken cancellation)
    {
        var shared = keys.SharedManifest(repo, revision);
        var found = await ReadAsync(shared).ConfigureAwait(false);
        if (found is var (version, reading) && IsOf(reading, repo, revision))
        {
            return new ManifestPlace(shared, version, reading);
        }

        // The repository that had the shared key may be gone from it.
        var own = keys.OwnManifest(repo, revision);
        return await ReadAsync(own).ConfigureAwait(false) is not var (ownVersion, ownReading)
            ? new ManifestPlace(found is null ? shared : own, null, null)
            : new ManifestPlace(own, ownVersion, IsOf(ownReading, repo, revision) ? ownReading : Refuse(ownReading));

        async Task<(string Version, ManifestReading Reading)?> ReadAsync(string key) =>
            listed is null || listed.Manifests.ContainsKey(key) ? await ReadManifestAsync(key, cancellation).ConfigureAwait(false) : null;
    }

    /// <inheritdoc cref="FindManifestAsync(RepoId, Revision, BucketContents?, CancellationToken)"/>
    public Task<ManifestPlace> FindManifestAsync(RepoId repo, Revision revision, CancellationToken cancellation) =>
        FindManifestAsync(repo, revision, null, cancellation);

    /// <summary>Finds a ref, by the rule of whose the shared key is.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The ref.</param>
    /// <param name="listed">What a listing found, so that nothing is asked about what it did not find; null to ask.</param>
    /// <param name="isShared">Whether a commit's shared manifest key is known to be the repository's own; null for: not known.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<RefPlace> FindRefAsync(RepoId repo, RefName name, BucketContents? listed, Func<Revision, bool?> isShared, CancellationToken cancellation)
    {
        var shared = keys.SharedRef(repo, name);
        var found = await ReadAsync(shared).ConfigureAwait(false);
        if (found is (var version, { } commit) && (isShared(commit) ?? await OwnsSharedAsync(repo, commit, cancellation).ConfigureAwait(false)))
        {
            return new RefPlace(shared, version, commit);
        }

        var own = keys.OwnRef(repo, name);
        return await ReadAsync(own).ConfigureAwait(false) is not var (ownVersion, ownCommit)
            ? new RefPlace(found is null ? shared : own, null, null)
            : new RefPlace(own, ownVersion, ownCommit);

        async Task<(string Version, Revision? Commit)?> ReadAsync(string key) =>
            listed is null || listed.Refs.ContainsKey(key) ? await ReadRefAsync(key, cancellation).ConfigureAwait(false) : null;
    }

    /// <inheritdoc cref="FindRefAsync(RepoId, RefName, BucketContents?, Func{Revision, bool?}, CancellationToken)"/>
    public Task<RefPlace> FindRefAsync(RepoId repo, RefName name, CancellationToken cancellation) => FindRefAsync(repo, name, null, static _ => null, cancellation);

    /// <summary>Which repositories' manifest the shared keys of an id have, whatever its type: the older tool does not tell a model from a dataset.</summary>
    /// <param name="name">The id, as a model's.</param>
    /// <param name="reference">The ref that leads to the revision.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null if there is no ref, or no manifest that can be read.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<RepoManifest?> FindSharedAsync(RepoId name, RefName reference, CancellationToken cancellation) =>
        await ReadRefAsync(keys.SharedRef(name, reference), cancellation).ConfigureAwait(false) is (_, { } commit)
        && await ReadManifestAsync(keys.SharedManifest(name, commit), cancellation).ConfigureAwait(false) is var (_, reading)
            ? reading.Manifest : null;

    private async Task<bool> OwnsSharedAsync(RepoId repo, Revision commit, CancellationToken cancellation) =>
        await ReadManifestAsync(keys.SharedManifest(repo, commit), cancellation).ConfigureAwait(false) is var (_, reading) && IsOf(reading, repo, commit);

    private static bool IsOf(ManifestReading reading, RepoId repo, Revision revision) =>
        reading.Manifest is { } manifest && manifest.Repo == repo && manifest.Revision == revision;

    private static ManifestReading Refuse(ManifestReading reading) =>
        reading.Manifest is null ? reading : new ManifestReading(null, "is that of another repository or revision", [], 0);

    /// <summary>Reads a small object.</summary>
    /// <returns>The object, and its bytes, null if it has more than it may; null if there is none.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal async Task<(ObjectInfo Info, byte[]? Bytes)?> TryReadAsync(string key, int most, CancellationToken cancellation)
    {
        try
        {
            var reading = await store.ReadAsync(key, null, cancellation).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                if (reading.Length > most)
                {
                    return (reading.Info, null);
                }

                var bytes = new byte[reading.Length];
                await reading.Body.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
                return (reading.Info, bytes);
            }
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            return null;
        }
    }
}
