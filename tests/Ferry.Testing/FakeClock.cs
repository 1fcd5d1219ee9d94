namespace Ferry.Testing;

/// <summary>A clock that stands still until it is told to move, then fires the timers that are due. Thread-safe.</summary>
public sealed class FakeClock : TimeProvider
{
    private readonly List<FakeTimer> _timers = [];
    private long _now = 1_000_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>Timers that will fire.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_timers)
                return _timers.Count;
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <summary>Moves the time on. A timer that is due several times meanwhile fires once.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _now, (long)(by.TotalSeconds * TimestampFrequency));
        FakeTimer[] due;
        lock (_timers)
        {
            due = [.. _timers.Where(t => t.DueAt <= _now)];
            _timers.RemoveAll(due.Contains);
        }
        foreach (FakeTimer timer in due)
            Fire(timer);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state), period) { DueAt = _now + (long)(dueTime.TotalSeconds * TimestampFrequency) };
        lock (_timers)
            _timers.Add(timer);
        return timer;
    }

    private void Fire(FakeTimer timer)
    {
        if (timer.Period > TimeSpan.Zero)
        {
            timer.DueAt = _now + (long)(timer.Period.TotalSeconds * TimestampFrequency);
            lock (_timers)
                _timers.Add(timer);
        }
        timer.Fire();
    }

    private sealed class FakeTimer(FakeClock clock, Action callback, TimeSpan period) : ITimer
    {
        public long DueAt { get; set; }

        public TimeSpan Period => period;

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (clock._timers)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
