namespace Ferry.Workloads.Caches.Verification;

/// <summary>Is told how verifying goes. Called on several threads at once.</summary>
public interface IVerifyObserver : ITransferObserver
{
    /// <summary>A cache is done.</summary>
    void Finished(CacheVerifyReport report);
}
