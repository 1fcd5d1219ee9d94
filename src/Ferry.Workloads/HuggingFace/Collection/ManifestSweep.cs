using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Collection;

/// <summary>Reads many manifests of a bucket.</summary>
internal static class ManifestSweep
{
    // Each may be large, and is in memory as a whole.
    private const int AtATime = 16;

    /// <summary>Reads manifests, several at a time, and hands them over one at a time. One that is gone by now is passed over.</summary>
    /// <param name="bucket">Where they are.</param>
    /// <param name="entries">Which.</param>
    /// <param name="take">Gets each; nothing is kept of it here.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">One cannot be read.</exception>
    public static Task ReadAsync(HubBucket bucket, IEnumerable<BucketEntry> entries, Action<BucketEntry, ManifestReading> take, CancellationToken cancellation)
    {
        var turn = new Lock();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation };
        return Parallel.ForEachAsync(entries, parallel, async (entry, token) =>
        {
            if (await bucket.ReadManifestAsync(entry.Info.Key, token).ConfigureAwait(false) is var (_, reading))
            {
                lock (turn)
                {
                    take(entry, reading);
                }
            }
        });
    }
}
