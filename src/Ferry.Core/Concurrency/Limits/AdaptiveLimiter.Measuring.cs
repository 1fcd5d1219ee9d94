namespace Ferry.Core.Concurrency;

/// <content>Counts what completes and cuts time into windows.</content>
public sealed partial class AdaptiveLimiter
{
    // A window is judged only after every slot has turned over a few times; fewer completions are noise.
    private const int CompletionsPerSlot = 4;

    // Mean share of the slots in use above which the limit, and not a lack of work, held the throughput.
    private const double SaturatedShare = 0.75;

    private const double CpuBoundShare = 0.85;

    private readonly TimeProvider _time;
    private readonly Func<TimeSpan>? _cpuTime;
    private readonly int _cores;
    private readonly Lock _windowLock = new();
    private HillClimber? _climber;

    // Totals since the start; windows are differences of them.
    private long _completed;
    private long _cost;
    private long _inFlightSum;

    // Written only under _windowLock; _nextCheck is also read outside of it.
    private long _nextCheck;
    private bool _settling;
    private long _startTimestamp;
    private TimeSpan _startCpu;
    private long _startCompleted;
    private long _startCost;
    private long _startInFlightSum;

    private void StartMeasuring(HillClimber climber)
    {
        _climber = climber;
        Settle(climber.Limit);
    }

    private void Count(WorkAmount done, int inFlight)
    {
        Interlocked.Add(ref _cost, done.Cost);
        // Arrivals see the time average when slots are full, and only "full or not" is asked of this mean: no timestamp per entry.
        Interlocked.Add(ref _inFlightSum, inFlight);
        if (Interlocked.Increment(ref _completed) < Volatile.Read(ref _nextCheck))
            return;
        // Whoever holds the lock judges this window; nobody waits for it.
        if (!_windowLock.TryEnter())
            return;
        try
        {
            Check(Volatile.Read(ref _completed));
        }
        finally
        {
            _windowLock.Exit();
        }
    }

    private void Check(long completed)
    {
        if (completed < _nextCheck)
            return;
        if (_settling)
        {
            OpenWindow(completed);
            return;
        }
        TimeSpan elapsed = _time.GetElapsedTime(_startTimestamp);
        if (elapsed < _climber!.WindowDuration || !_climber.Observe(Sample(completed, elapsed)))
        {
            Volatile.Write(ref _nextCheck, completed + Math.Max(1, _limit / 2));
            return;
        }
        int before = _limit;
        SetLimit(_climber.Limit);
        if (_limit == before)
            OpenWindow(completed);
        else
            Settle(Math.Max(before, _limit));
    }

    /// <summary>Lets the operations that began at the old limit run out, and new threads start, before measuring.</summary>
    private void Settle(int operations)
    {
        _settling = true;
        Volatile.Write(ref _nextCheck, Volatile.Read(ref _completed) + operations);
    }

    private void OpenWindow(long completed)
    {
        _settling = false;
        _startTimestamp = _time.GetTimestamp();
        _startCpu = _cpuTime?.Invoke() ?? TimeSpan.Zero;
        _startCompleted = completed;
        _startCost = Volatile.Read(ref _cost);
        _startInFlightSum = Volatile.Read(ref _inFlightSum);
        Volatile.Write(ref _nextCheck, completed + (long)_limit * CompletionsPerSlot);
    }

    private WindowSample Sample(long completed, TimeSpan elapsed)
    {
        double meanInFlight = (double)(Volatile.Read(ref _inFlightSum) - _startInFlightSum) / (completed - _startCompleted);
        bool cpuBound = _cpuTime is not null && _cpuTime() - _startCpu >= elapsed * (CpuBoundShare * _cores);
        return new WindowSample(
            (Volatile.Read(ref _cost) - _startCost) / elapsed.TotalSeconds,
            completed - _startCompleted,
            elapsed,
            meanInFlight >= _limit * SaturatedShare,
            cpuBound);
    }
}
