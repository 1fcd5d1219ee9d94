namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>Tells when a cache has changed. One waits at a time.</summary>
internal interface IChangeSource : IDisposable
{
    /// <summary>Waits for a change.</summary>
    /// <returns>Whether there was one since the last call returned.</returns>
    /// <exception cref="IOException">It cannot be told any more.</exception>
    Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation);
}
