namespace Ferry.Core.Tests.Storage;

/// <summary>A clock on which every wait is over at once, and moves the time on by its length. Thread-safe.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _delays = [];
    private TimeSpan _now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The waits so far.</summary>
    public IReadOnlyList<double> DelaySeconds
    {
        get
        {
            lock (_lock)
                return [.. _delays.Select(delay => delay.TotalSeconds)];
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _delays.Add(dueTime);
            _now += dueTime;
        }

        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
