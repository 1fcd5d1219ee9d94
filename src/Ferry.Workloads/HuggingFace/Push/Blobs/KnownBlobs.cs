using System.Collections.Concurrent;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>The contents that the bucket is known to have: what the listing found, and what came since. Thread-safe.</summary>
internal sealed class KnownBlobs(HubBucket bucket, BucketContents listed, TimeProvider time)
{
    private static readonly TimeSpan s_refreshed = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<BlobName, long> _sizes = new(listed.Blobs.Select(static each => KeyValuePair.Create(each.Key, each.Value.Length)));
    private long _refreshed = time.GetTimestamp();
    private int _refreshing;

    /// <summary>The size of a content in the bucket; null if none is known there.</summary>
    public long? SizeOf(BlobName name) => _sizes.TryGetValue(name, out var bytes) ? bytes : null;

    /// <summary>Notes one that is there now.</summary>
    public void Add(BlobName name, long bytes) => _sizes[name] = bytes;

    /// <summary>Asks the store about one that is not known.</summary>
    /// <exception cref="StoreException">It cannot be asked.</exception>
    public async Task<long?> FindAsync(BlobName name, CancellationToken cancellation)
    {
        if (await bucket.Store.FindAsync(bucket.Keys.Blob(name), cancellation).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        Add(name, found.Length);
        return found.Length;
    }

    /// <summary>Lists the contents anew.</summary>
    /// <exception cref="StoreException">They cannot be listed.</exception>
    public async Task ListAsync(CancellationToken cancellation)
    {
        await foreach (var (name, info) in bucket.ListBlobsAsync(cancellation).ConfigureAwait(false))
        {
            Add(name, info.Length);
        }
    }

    /// <summary>Lists the contents anew, so that what others have sent meanwhile is not sent again; not more often than every two seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _refreshed)) < s_refreshed || Interlocked.Exchange(ref _refreshing, 1) == 1)
        {
            return;
        }

        try
        {
            await ListAsync(cancellation).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Error != StoreError.Denied)
        {
            // It only saves work.
        }
        finally
        {
            Volatile.Write(ref _refreshed, time.GetTimestamp());
            Volatile.Write(ref _refreshing, 0);
        }
    }
}
