namespace Ferry.Stores.S3;

/// <summary>Ends a request over which nothing moves any more.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _stalled = new();
    private readonly CancellationTokenSource _either;

    /// <summary>Starts the clock.</summary>
    public StallGuard(TimeSpan limit, CancellationToken cancellation)
    {
        (_limit, _cancellation) = (limit, cancellation);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stalled.Token, cancellation);
        Moved();
    }

    /// <summary>Ends the request when it stalls, or when the caller wishes.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was the stall, and not the caller, that ended the request.</summary>
    public bool HasStalled => _stalled.IsCancellationRequested && !_cancellation.IsCancellationRequested;

    /// <summary>For how long nothing may move.</summary>
    public TimeSpan Limit => _limit;

    /// <summary>Bytes went either way: the clock starts anew.</summary>
    public void Moved() => _stalled.CancelAfter(_limit);

    /// <summary>Stops the clock: nobody waits for bytes.</summary>
    public void Rest() => _stalled.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
