namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>Is told how watching goes, one call at a time.</summary>
public interface IWatchObserver
{
    /// <summary>It begins.</summary>
    /// <param name="pollReason">Why is looked from time to time instead of waiting to be told: half a sentence; null where changes are told.</param>
    void OnWatching(string? pollReason);

    /// <summary>The cache has changed and come to rest: a push begins.</summary>
    void OnPush();

    /// <summary>A push has failed, and is tried again after a pause.</summary>
    /// <param name="reason">Its own words; null where it has told them itself.</param>
    /// <param name="pause">How long.</param>
    void OnPushFailed(string? reason, TimeSpan pause);
}
