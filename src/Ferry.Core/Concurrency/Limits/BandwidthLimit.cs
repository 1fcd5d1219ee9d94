namespace Ferry.Core.Concurrency;

/// <summary>A token bucket in bytes per second that threads share. Thread-safe.</summary>
/// <remarks>
/// Bytes are booked in the order of the calls and each caller sleeps until its own are due, so threads share fairly and a block
/// larger than the bucket is no special case. After idling a tenth of a second's bytes pass at once.
/// </remarks>
public sealed class BandwidthLimit
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _bytesPerSecond;
    private readonly long _burstTicks;

    // The timestamp at which everything booked so far has been paid for.
    private long _paidAt;

    /// <summary>Makes a limit with a full bucket.</summary>
    /// <param name="bytesPerSecond">The rate; 0 for none.</param>
    /// <param name="time">The clock and its timers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative.</exception>
    public BandwidthLimit(long bytesPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        _bytesPerSecond = bytesPerSecond;
        _time = time;
        _burstTicks = time.TimestampFrequency / 10;
        _paidAt = time.GetTimestamp() - _burstTicks;
    }

    /// <summary>No limit; <see cref="Consume"/> returns at once.</summary>
    public static BandwidthLimit None { get; } = new(0, TimeProvider.System);

    /// <summary>Bytes per second, 0 for no limit.</summary>
    public long BytesPerSecond => _bytesPerSecond;

    /// <summary>Books bytes and waits until they are due.</summary>
    /// <param name="bytes">Bytes about to be moved, or just moved; 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait; the bytes stay booked.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public void Consume(long bytes, CancellationToken cancellationToken)
    {
        if (_bytesPerSecond == 0 || bytes <= 0)
            return;
        TimeSpan wait = Book(bytes);
        if (wait > TimeSpan.Zero)
            Wait(wait, cancellationToken);
    }

    /// <summary>As <see cref="Consume"/>, without a thread that waits.</summary>
    public async ValueTask ConsumeAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_bytesPerSecond == 0 || bytes <= 0)
            return;
        TimeSpan wait = Book(bytes);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }

    private TimeSpan Book(long bytes)
    {
        // Double holds the timestamps of one booking exactly enough; the running total stays an integer.
        long cost = (long)((double)bytes / _bytesPerSecond * _time.TimestampFrequency);
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            _paidAt = Math.Max(_paidAt, now - _burstTicks) + cost;
            return _paidAt <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, _paidAt);
        }
    }

    private void Wait(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var due = new ManualResetEventSlim();
        using ITimer timer = _time.CreateTimer(
            static due => ((ManualResetEventSlim)due!).Set(), due, duration, Timeout.InfiniteTimeSpan);
        due.Wait(cancellationToken);
    }
}
