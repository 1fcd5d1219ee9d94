namespace Ferry.Workloads.Caches.Sync;

/// <summary>What the caches of one sync command share. Thread-safe.</summary>
internal sealed class SyncSession : CacheSession
{
    public required SyncOptions Options { get; init; }
}
