using System.Collections.Concurrent;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>
/// Sends large contents, each under a claim. What somebody else is sending is put off until the rest is done, and then waited for; whoever was ended is replaced. Thread-safe.
/// </summary>
internal sealed class ClaimedUploads(HubBucket bucket, KnownBlobs known, BlobUploader uploader, TransferProgress progress, TimeProvider time)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<BlobPush> _putOff = [];

    /// <summary>Sends a content, unless somebody else is about it.</summary>
    /// <returns>False if it was put off.</returns>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<bool> TrySendAsync(BlobPush blob, CancellationToken cancellation)
    {
        if (await TrySendAsync(blob, null, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        _putOff.Enqueue(blob);
        return false;
    }

    /// <summary>Waits for what was put off.</summary>
    /// <param name="atATime">How many are sent at a time after all.</param>
    /// <param name="settle">Is given each, with what sends it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StoreException">The claims cannot be listed.</exception>
    public async Task FinishAsync(int atATime, Func<BlobPush, Func<Task<bool>>, CancellationToken, Task<bool>> settle, CancellationToken cancellation)
    {
        var seen = new Dictionary<BlobPush, (string? Version, long Since)>();
        var waiting = _putOff.ToList();
        while (waiting.Count > 0)
        {
            var versions = await ListAsync(cancellation).ConfigureAwait(false);
            var due = new List<(BlobPush Blob, string? Dead)>();
            foreach (var blob in waiting)
            {
                var version = versions.GetValueOrDefault(bucket.Keys.Claim(blob.Name));
                if (!seen.TryGetValue(blob, out var last) || last.Version != version)
                {
                    seen[blob] = last = (version, time.GetTimestamp());
                }

                if (version is null || time.GetElapsedTime(last.Since) >= UploadClaim.DeadAfter)
                {
                    due.Add((blob, version));
                }
            }

            progress.Phase = due.Count == 0 ? TransferPhase.Waiting : TransferPhase.Copying;
            var settled = new ConcurrentDictionary<BlobPush, bool>();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellation };
            await Parallel.ForEachAsync(due, parallel, async (each, token) =>
            {
                if (await settle(each.Blob, () => TrySendAsync(each.Blob, each.Dead, token), token).ConfigureAwait(false))
                {
                    settled[each.Blob] = true;
                }
            }).ConfigureAwait(false);
            waiting.RemoveAll(settled.ContainsKey);
            if (waiting.Count > 0)
            {
                await Task.Delay(s_longestPause * (0.5 + (0.5 * Random.Shared.NextDouble())), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TrySendAsync(BlobPush blob, string? dead, CancellationToken cancellation)
    {
        var claim = await UploadClaim.TryTakeAsync(bucket, blob.Name, dead, time, cancellation).ConfigureAwait(false);
        if (claim is null)
        {
            return false;
        }

        await using (claim.ConfigureAwait(false))
        {
            // Whoever had the claim before may have sent it.
            await known.FindAsync(blob.Name, cancellation).ConfigureAwait(false);
            await uploader.SendAsync(blob, cancellation).ConfigureAwait(false);
            return true;
        }
    }

    private async Task<Dictionary<string, string>> ListAsync(CancellationToken cancellation)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var found in bucket.Store.ListAsync(bucket.Keys.Claims, cancellation).ConfigureAwait(false))
        {
            if (bucket.Keys.Parse(found.Key) is { Kind: HubKeyKind.Claim })
            {
                versions[found.Key] = found.Version;
            }
        }

        return versions;
    }
}
