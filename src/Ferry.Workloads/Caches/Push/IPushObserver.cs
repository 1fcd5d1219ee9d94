namespace Ferry.Workloads.Caches.Push;

/// <summary>Is told how a push goes. Called on several threads at once.</summary>
public interface IPushObserver : ITransferObserver
{
    /// <summary>A cache is done.</summary>
    void Finished(CachePushReport report);
}
