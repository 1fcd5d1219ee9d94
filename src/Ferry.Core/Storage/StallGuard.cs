namespace Ferry.Core.Storage;

/// <summary>Cancels what makes no progress for too long. Whole transfers have no limit: a large one on a slow line is no failure.</summary>
public sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _limit;

    /// <summary>Begins to count.</summary>
    /// <param name="limit">For how long nothing may move.</param>
    /// <param name="time">The clock and its timers.</param>
    /// <param name="caller">Ends the transfer at the caller's wish.</param>
    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _stalled = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _stalled.Token);
    }

    /// <summary>Cancelled by the caller, or because nothing moved.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was this that ended the transfer, and not the caller.</summary>
    public bool HasStalled => _stalled.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>The limit.</summary>
    public TimeSpan Limit => _limit;

    /// <summary>Something moved, or begins to be waited for: counts from now.</summary>
    public void Restart() => _stalled.CancelAfter(_limit);

    /// <summary>Nothing is waited for.</summary>
    public void Pause() => _stalled.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ends the transfer at the caller's wish.</summary>
    public void Cancel() => _either.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
