using Ferry.Core.Progress;

namespace Ferry.Workloads.Caches;

/// <summary>Is told how work on caches goes. Called on several threads at once.</summary>
public interface ITransferObserver
{
    /// <summary>A cache's turn has begun; its progress may be read from now on.</summary>
    void Started(CacheDefinition cache, TransferProgress progress);

    /// <summary>Another process holds the cache's lock.</summary>
    void Waiting(CacheDefinition cache);

    /// <summary>A line worth telling at once.</summary>
    void Note(CacheDefinition cache, string text);
}
