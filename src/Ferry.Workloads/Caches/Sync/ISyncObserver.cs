namespace Ferry.Workloads.Caches.Sync;

/// <summary>Is told how a sync goes. Called on several threads at once.</summary>
public interface ISyncObserver : ITransferObserver
{
    /// <summary>A cache is done.</summary>
    void Finished(CacheSyncReport report);
}
