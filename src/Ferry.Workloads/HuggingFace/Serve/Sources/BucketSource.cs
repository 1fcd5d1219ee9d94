using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Sources;

/// <summary>Serves from a team's bucket.</summary>
/// <param name="bucket">The bucket.</param>
public sealed class BucketSource(HubBucket bucket) : IServedHub
{
    // Each takes a request or two.
    private const int MaxRefs = 500;

    /// <inheritdoc/>
    public async Task<Revision?> FindRefAsync(RepoId repo, RefName name, CancellationToken cancellation) =>
        (await bucket.FindRefAsync(repo, name, cancellation).ConfigureAwait(false)).Commit;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CachedRef>> ListRefsAsync(RepoId repo, CancellationToken cancellation)
    {
        var refs = new SortedDictionary<string, CachedRef>(StringComparer.Ordinal);
        var (shared, own) = bucket.Keys.RefsOf(repo);
        foreach (var prefix in (string[])[shared, own])
        {
            await foreach (var found in bucket.Store.ListAsync(prefix, cancellation).ConfigureAwait(false))
            {
                if (bucket.Keys.Parse(found.Key) is { Kind: HubKeyKind.Ref, Ref: { } name } && !refs.ContainsKey(name.Name) && refs.Count < MaxRefs
                    && await FindRefAsync(repo, name, cancellation).ConfigureAwait(false) is { } commit)
                {
                    refs[name.Name] = new CachedRef(name, commit);
                }
            }
        }

        return [.. refs.Values];
    }

    /// <inheritdoc/>
    public async Task<RepoManifest?> FindAsync(RepoId repo, Revision commit, CancellationToken cancellation)
    {
        var place = await bucket.FindManifestAsync(repo, commit, cancellation).ConfigureAwait(false);
        // Without all of its files a revision would look whole to clients.
        return place.Reading is null or { IsGood: true }
            ? place.Reading?.Manifest
            : throw new StoreException(StoreError.Invalid, $"{bucket.Store.Facts.Name}/{place.Key}: {place.Reading.Reason ?? $"the manifest has {place.Reading.RefusedCount} files that are not believed"}");
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(RepoId repo, ManifestFile file, ByteRange range, CancellationToken cancellation)
    {
        try
        {
            var reading = await bucket.Store.ReadAsync(bucket.Keys.Blob(file.Blob), range, cancellation).ConfigureAwait(false);
            return reading.Info.Length == file.Bytes ? new Body(reading)
                : throw await WrongSizeAsync(reading, file).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            return null;
        }
    }

    private async Task<StoreException> WrongSizeAsync(ObjectReading reading, ManifestFile file)
    {
        await reading.DisposeAsync().ConfigureAwait(false);
        return new StoreException(
            StoreError.Invalid, $"{bucket.Store.Facts.Name}/{bucket.Keys.Blob(file.Blob)}: has {reading.Info.Length} bytes, not {file.Bytes}; push it again with --verify-remote");
    }

    /// <summary>The body of a reading, which is closed with it.</summary>
    private sealed class Body(ObjectReading reading) : BodyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reading.Body.ReadAsync(buffer, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
