using Ferry.Core.Hashing;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Push.Revisions;

/// <summary>A revision whose manifest is in the bucket.</summary>
/// <param name="IsShared">Whether under the key that the older tool has, too.</param>
/// <param name="HasAll">Whether each file of the snapshot is in it, so that a ref may lead to it.</param>
internal readonly record struct PublishedRevision(bool IsShared, bool HasAll);

/// <summary>Writes manifests, once the contents are there. Thread-safe.</summary>
internal sealed class RevisionPublisher(HubBucket bucket, BucketContents listed, KnownBlobs known, HubPushOptions options, PushTally tally, TimeProvider time)
{
    // Each refusal means that somebody else has made progress.
    private const int MaxAttempts = 40;

    // More questions than these are dearer than a listing.
    private const int MaxQuestions = 64;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Brings the bucket's manifest of a revision up to what the cache has of it.</summary>
    /// <returns>Null if there is none: nothing of the revision is in the bucket, or it could not be written, which was noted.</returns>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<PublishedRevision?> PublishAsync(RepoPush repo, RevisionPush revision, CancellationToken cancellation)
    {
        var commit = revision.Cached.Commit;
        var ours = ManifestOf(repo, revision);
        var hashed = revision.Files.Where(static file => file.Blob.Sha256 is not null).Select(static file => file.Blob.Name).ToHashSet();
        var view = listed;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var place = await bucket.FindManifestAsync(repo.Id, commit, view, cancellation).ConfigureAwait(false);
            var there = place.Reading is null ? null : await TakeOverAsync(repo, place, cancellation).ConfigureAwait(false);
            var conflicts = new List<RepoPath>();
            var merged = ManifestMerge.Merge(there, ours, hashed.Contains, conflicts);
            if (merged.Files.Count == 0)
            {
                return null;
            }

            if (place.Reading is not { IsGood: true, Manifest: { } current } || !ManifestMerge.IsSame(current, merged))
            {
                if (await WriteAsync(place, merged, cancellation).ConfigureAwait(false) == WriteOutcome.Refused)
                {
                    view = null;
                    await Task.Delay(s_longestPause * Random.Shared.NextDouble(), time, cancellation).ConfigureAwait(false);
                    continue;
                }

                tally.Wrote(repo.Id, commit);
            }

            WarnOf(repo, revision, conflicts);
            var hasAll = revision.IsWhole && revision.Files.All(static file => file.Blob.State is not (BlobState.Failed or BlobState.Pending));
            return new PublishedRevision(place.Key == bucket.Keys.SharedManifest(repo.Id, commit), hasAll);
        }

        throw new StoreException(StoreError.Transient, $"{bucket.Store.Facts.Name}: the manifest of {repo.Id}@{commit} is written by others again and again; push again");
    }

    private async Task<WriteOutcome> WriteAsync(ManifestPlace place, RepoManifest manifest, CancellationToken cancellation)
    {
        if (options.DryRun)
        {
            return WriteOutcome.Written;
        }

        var json = ManifestWriter.Write(manifest);
        if (manifest.Files.Count > ManifestFormat.MaxFiles || json.Length > ManifestFormat.MaxBytes)
        {
            throw new StoreException(StoreError.Invalid, $"{place.Key}: a manifest of {manifest.Files.Count} files is more than is read again ({ManifestFormat.MaxFiles} files, {ManifestFormat.MaxBytes} bytes)");
        }

        var condition = place.Version is { } version ? new WriteOptions { IfVersion = version } : WriteOptions.IfAbsent;
        return await bucket.Store.WriteAsync(place.Key, ObjectContent.Of(json), condition, cancellation).ConfigureAwait(false);
    }

    /// <summary>What of the bucket's manifest is kept: files whose contents the bucket has, with the right sizes.</summary>
    private async Task<RepoManifest?> TakeOverAsync(RepoPush repo, ManifestPlace place, CancellationToken cancellation)
    {
        if (place.Reading!.Manifest is not { } there)
        {
            tally.Warn($"manifest {place.Key}", $"is replaced: it {place.Reading.Reason}");
            return null;
        }

        foreach (var refused in place.Reading.Refused)
        {
            tally.Warn($"manifest {place.Key}", $"{refused}; it is left out");
        }

        var unknown = there.Files.Where(file => known.SizeOf(file.Blob) is null).Select(static file => file.Blob).Distinct().ToList();
        if (unknown.Count > MaxQuestions)
        {
            await known.ListAsync(cancellation).ConfigureAwait(false);
        }
        else
        {
            foreach (var blob in unknown)
            {
                await known.FindAsync(blob, cancellation).ConfigureAwait(false);
            }
        }

        var files = there.Files.Where(file => known.SizeOf(file.Blob) == file.Bytes).ToList();
        if (files.Count < there.Files.Count)
        {
            tally.Warn($"{repo.Id}@{there.Revision}", $"{there.Files.Count - files.Count} files that the bucket's manifest names have no content there; they are left out");
        }

        return there with { Files = files, IsComplete = there.IsComplete && files.Count == there.Files.Count && place.Reading.RefusedCount == 0 };
    }

    private RepoManifest ManifestOf(RepoPush repo, RevisionPush revision)
    {
        var digests = new Dictionary<BlobName, Digest>();
        var files = new List<ManifestFile>(revision.Files.Count);
        foreach (var file in revision.Files.Where(static file => file.Blob.IsThere))
        {
            files.Add(new ManifestFile(file.Path, file.Blob.Name, file.Blob.Bytes));
            if (!file.Blob.Name.IsSha256 && file.Blob.Sha256 is { } sha256)
            {
                digests[file.Blob.Name] = sha256;
            }
        }

        return new RepoManifest
        {
            Repo = repo.Id,
            Revision = revision.Cached.Commit,
            Files = files,
            Visibility = repo.Gate.Visibility,
            IsComplete = revision.Cached.IsComplete && revision.IsWhole && files.Count == revision.Files.Count,
            Sha256 = digests,
            Writer = options.Writer,
        };
    }

    private void WarnOf(RepoPush repo, RevisionPush revision, List<RepoPath> conflicts)
    {
        if (conflicts.Count > 0)
        {
            tally.Warn(
                $"{repo.Id}@{revision.Cached.Commit}",
                $"the bucket and this cache have different contents of {conflicts[0]}{(conflicts.Count > 1 ? $" and {conflicts.Count - 1} more" : "")}: ferry hf verify says whether this cache's are right");
        }
    }
}
