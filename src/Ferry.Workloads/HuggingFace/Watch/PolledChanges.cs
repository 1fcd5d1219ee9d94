namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>Looks at all of a cache from time to time: where other machines write to it, nobody tells.</summary>
/// <param name="directory">The cache.</param>
/// <param name="time">The clock.</param>
internal sealed class PolledChanges(string directory, TimeProvider time) : IChangeSource
{
    private CacheFingerprint? _last;

    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        await Task.Delay(atMost, time, cancellation).ConfigureAwait(false);
        var former = _last;
        _last = await Task.Run(() => CacheFingerprint.Of(directory, cancellation), cancellation).ConfigureAwait(false);
        return _last != former;
    }

    public void Dispose()
    {
    }
}
