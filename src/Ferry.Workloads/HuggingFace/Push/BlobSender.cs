using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using Ferry.Workloads.HuggingFace.Push.Revisions;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>Settles contents one way or another, and publishes each repository with its last one. Thread-safe.</summary>
internal sealed class BlobSender(BlobUploader uploader, ClaimedUploads claimed, RepoPublisher publisher, HubPushOptions options, PushTally tally) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Workers ?? int.MaxValue);

    /// <summary>Sends a content, or puts it off because somebody else is sending it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or given up.</exception>
    public async Task SendAsync(BlobPush blob, CancellationToken cancellation)
    {
        // Large and small ones go side by side, and share what the user allows.
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await SettleAsync(blob, () => TrySendAsync(blob, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Waits for what was put off.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or given up.</exception>
    public async Task FinishAsync(int atATime, CancellationToken cancellation)
    {
        try
        {
            await claimed.FinishAsync(atATime, SettleAsync, cancellation).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            tally.Fail("contents that others were sending", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<bool> TrySendAsync(BlobPush blob, CancellationToken cancellation)
    {
        // What is only read, most of the time, needs no claim.
        if (!options.DryRun && !blob.IsToVerify && blob.Bytes >= options.ClaimBytes)
        {
            return await claimed.TrySendAsync(blob, cancellation).ConfigureAwait(false);
        }

        await uploader.SendAsync(blob, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>False if it is not settled.</summary>
    private async Task<bool> SettleAsync(BlobPush blob, Func<Task<bool>> trySend, CancellationToken cancellation)
    {
        try
        {
            if (!await trySend().ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (StoreException e)
        {
            blob.State = BlobState.Failed;
            tally.Fail($"blob {blob.Name}", e);
        }

        foreach (var repo in blob.Users.Where(static repo => repo.Settle()))
        {
            await publisher.PublishAsync(repo, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
