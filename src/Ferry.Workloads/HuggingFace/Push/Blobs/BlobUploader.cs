using Ferry.Core.Hashing;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>Sends contents: hashed first, so that none gets into the bucket under a name that is not its own. Thread-safe.</summary>
internal sealed class BlobUploader(HubBucket bucket, LocalContents contents, KnownBlobs known, HubPushOptions options, PushTally tally)
{
    // Somebody may write and remove the same content meanwhile.
    private const int MaxAttempts = 4;

    /// <summary>Sends a content, and says in it what became of that.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task SendAsync(BlobPush blob, CancellationToken cancellation)
    {
        if (blob.IsToVerify && await VerifyAsync(blob, cancellation).ConfigureAwait(false))
        {
            return;
        }

        var reasons = new List<string>();
        foreach (var source in blob.Sources)
        {
            if (!blob.Replaces && known.SizeOf(blob.Name) == source.Bytes)
            {
                Settle(blob, BlobState.Present, source, source.Bytes);
                return;
            }

            try
            {
                using var content = contents.Open(source);
                if (await TrySendAsync(blob, source, content, cancellation).ConfigureAwait(false) is not { } reason)
                {
                    return;
                }

                reasons.Add(reason);
            }
            catch (IOException e) when (e is not StoreException)
            {
                reasons.Add(e.Message);
            }
        }

        blob.State = BlobState.Failed;
        tally.Fail($"blob {blob.Name}", string.Join("; ", reasons));
    }

    /// <summary>Whether what the bucket has is right; else it is to be replaced.</summary>
    private async Task<bool> VerifyAsync(BlobPush blob, CancellationToken cancellation)
    {
        blob.Sha256 = await RemoteContent.CheckAsync(bucket, blob.Name, tally.Progress.AddVerified, cancellation).ConfigureAwait(false);
        if (blob.Sha256 is null)
        {
            blob.IsRepair = true;
            return false;
        }

        tally.Verified();
        Settle(blob, BlobState.Present, blob.Sources[0], blob.Bytes);
        return true;
    }

    /// <summary>Null if it is settled; else why this copy cannot be sent.</summary>
    private async Task<string?> TrySendAsync(BlobPush blob, CachedBlob source, LocalContent content, CancellationToken cancellation)
    {
        if (!options.SyncXet && content.IsPointer())
        {
            Settle(blob, BlobState.Pointer, source, content.Length);
            return null;
        }

        if (options.DryRun)
        {
            Settle(blob, BlobState.Sent, source, content.Length);
            return null;
        }

        if (await HashAsync(blob, content, cancellation).ConfigureAwait(false) is not { } sha256)
        {
            return $"{source.Path} is not what its name says; remove it, and download it again";
        }

        var state = await WriteAsync(blob, content, cancellation).ConfigureAwait(false);
        if (!content.IsUnchanged)
        {
            if (state == BlobState.Sent)
            {
                await bucket.Store.RemoveAsync([bucket.Keys.Blob(blob.Name)], CancellationToken.None).ConfigureAwait(false);
            }

            return $"{source.Path} was changed while it was sent; push again";
        }

        blob.Sha256 = sha256;
        known.Add(blob.Name, content.Length);
        Settle(blob, state, source, content.Length);
        return null;
    }

    /// <summary>The SHA-256 of a copy that is right; null for another one.</summary>
    private static Task<Digest?> HashAsync(BlobPush blob, LocalContent content, CancellationToken cancellation)
    {
        if (content.Length <= LocalContent.SmallBytes)
        {
            return Task.FromResult(Hash());
        }

        // A thread of its own: those of the pool carry the requests.
        return Task.Factory.StartNew(Hash, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Digest? Hash() => content.Has(blob.Name, out var sha256, cancellation) ? sha256 : null;
    }

    private async Task<BlobState> WriteAsync(BlobPush blob, LocalContent content, CancellationToken cancellation)
    {
        var key = bucket.Keys.Blob(blob.Name);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var write = (blob.Replaces ? WriteOptions.Always : WriteOptions.IfAbsent) with { Progress = tally.Progress.AddBytes };
            if (await bucket.Store.WriteAsync(key, content, write, cancellation).ConfigureAwait(false) == WriteOutcome.Written)
            {
                return BlobState.Sent;
            }

            // Somebody else has sent it, and perhaps more of what is still to be sent.
            await known.RefreshAsync(cancellation).ConfigureAwait(false);
            var there = known.SizeOf(blob.Name) ?? await known.FindAsync(blob.Name, cancellation).ConfigureAwait(false);
            if (there == content.Length)
            {
                return BlobState.Present;
            }

            blob.IsRepair = there is not null;
        }

        throw new StoreException(StoreError.Transient, $"{bucket.Store.Facts.Name}: {key}: is written and removed by others again and again");
    }

    private void Settle(BlobPush blob, BlobState state, CachedBlob source, long bytes)
    {
        (blob.State, blob.Bytes) = (state, bytes);
        if (state != BlobState.Sent)
        {
            tally.Progress.AddBytes(source.Bytes);
        }

        tally.Progress.AddFiles(1);
        tally.Settled(blob, source.Path);
    }
}
