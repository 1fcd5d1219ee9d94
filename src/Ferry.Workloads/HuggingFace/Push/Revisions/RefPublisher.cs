using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;

namespace Ferry.Workloads.HuggingFace.Push.Revisions;

/// <summary>Writes refs, last of all: docs/formats/hub-bucket.md, "Whose ref is newer". Thread-safe.</summary>
internal sealed class RefPublisher(HubBucket bucket, BucketContents listed, LocalContents contents, HubPushOptions options, PushTally tally)
{
    private const int MaxAttempts = 20;

    /// <summary>Makes the bucket's ref lead where the cache's does, unless the bucket knows better.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="local">The cache's ref.</param>
    /// <param name="isShared">Whether the manifest of a commit is under the shared key; null for: not known.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task PublishAsync(RepoPush repo, CachedRef local, Func<Revision, bool?> isShared, CancellationToken cancellation)
    {
        var view = listed;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var place = await bucket.FindRefAsync(repo.Id, local.Name, view, isShared, cancellation).ConfigureAwait(false);
            if (place.Commit == local.Commit || (place.Commit is { } other && !await IsNewerAsync(repo, local, place, other, cancellation).ConfigureAwait(false)))
            {
                return;
            }

            if (isShared(local.Commit) != true && place.Key == bucket.Keys.SharedRef(repo.Id, local.Name))
            {
                // Readers take a shared ref for another repository's unless the manifest is under its shared key.
                if (place.Version is not null)
                {
                    tally.Fail($"ref {local.Name} of {repo.Id}", $"not written: {place.Key} leads to {place.Commit}, and {local.Commit} has another repository's manifest under its key");
                    return;
                }

                place = place with { Key = bucket.Keys.OwnRef(repo.Id, local.Name) };
            }

            if (await WriteAsync(place, local.Commit, cancellation).ConfigureAwait(false) == WriteOutcome.Written)
            {
                tally.Wrote(repo.Id, local.Name, local.Commit);
                return;
            }

            view = null;
        }

        throw new StoreException(StoreError.Transient, $"{bucket.Store.Facts.Name}: the ref {local.Name} of {repo.Id} is moved by others again and again; push again");
    }

    private async Task<WriteOutcome> WriteAsync(RefPlace place, Revision commit, CancellationToken cancellation)
    {
        if (options.DryRun)
        {
            return WriteOutcome.Written;
        }

        var condition = place.Version is { } version ? new WriteOptions { IfVersion = version } : WriteOptions.IfAbsent;
        return await bucket.Store.WriteAsync(place.Key, ObjectContent.Of(Encoding.ASCII.GetBytes(commit.Hex)), condition, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the cache knows the bucket's commit and has moved on, or has learned of its own later than the bucket of the other.</summary>
    private async Task<bool> IsNewerAsync(RepoPush repo, CachedRef local, RefPlace place, Revision other, CancellationToken cancellation)
    {
        if (repo.Repo.Revisions.Any(revision => revision.Commit == other))
        {
            return true;
        }

        var learned = contents.ModifiedOf($"{repo.Id.Folder}/{HubLayout.Refs}/{local.Name}");
        var written = (await bucket.Store.FindAsync(place.Key, cancellation).ConfigureAwait(false))?.Modified;
        if (learned is { } ours && written is { } theirs && ours.CompareTo(Timestamp.From(theirs)) > 0)
        {
            return true;
        }

        tally.Warn(
            $"ref {local.Name} of {repo.Id}",
            $"stays at {other} in the bucket, which is newer than this cache's {local.Commit}; bring the cache up to date, then push again");
        return false;
    }
}
