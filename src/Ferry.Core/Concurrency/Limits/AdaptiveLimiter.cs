namespace Ferry.Core.Concurrency;

/// <summary>How many operations may be in flight against one device; finds the number itself, so that nobody guesses <c>-j</c>.</summary>
/// <remarks>
/// <para>
/// Each operation is put between <see cref="Enter"/> and <see cref="Leave(WorkAmount)"/>. From what completes per window of time a
/// <see cref="HillClimber"/> moves <see cref="Limit"/> within the options. With Min = Max nothing is measured.
/// </para>
/// <para>All members are thread-safe. A slot may be left by another thread than the one that entered.</para>
/// </remarks>
public sealed partial class AdaptiveLimiter
{
    private readonly object _waitLock = new();
    private volatile int _limit;
    private int _inFlight;
    private int _waiters;

    /// <summary>Makes a limiter with no operation in flight.</summary>
    /// <param name="options">The range to search.</param>
    /// <param name="time">The clock; only timestamps are read.</param>
    /// <param name="cpuTime">Processor time that this process has used so far; null where processor load shall not matter.</param>
    /// <param name="cores">Cores that this process may use, 1 or more.</param>
    public AdaptiveLimiter(LimiterOptions options, TimeProvider time, Func<TimeSpan>? cpuTime = null, int cores = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        _time = time;
        _cpuTime = cpuTime;
        _cores = cores;
        _limit = options.Start;
        if (!options.IsFixed)
            StartMeasuring(new HillClimber(options, cores));
    }

    /// <summary>
    /// Raised after <see cref="Limit"/> has changed, on the thread whose <see cref="Leave(WorkAmount)"/> or <see cref="Report"/>
    /// changed it, never on two threads at once. The handler must not block.
    /// </summary>
    public event Action? LimitChanged;

    /// <summary>Operations that may be in flight now.</summary>
    public int Limit => _limit;

    /// <summary>Operations in flight now; above <see cref="Limit"/> for a moment after the limit has come down.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Takes a slot, waiting until one is free.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; no slot is held.</exception>
    public void Enter(CancellationToken cancellationToken)
    {
        if (!TryEnter())
            EnterSlowly(cancellationToken);
    }

    /// <summary>Takes a slot if one is free.</summary>
    /// <returns>Whether a slot is held now.</returns>
    public bool TryEnter()
    {
        int inFlight = Volatile.Read(ref _inFlight);
        while (inFlight < _limit)
        {
            int seen = Interlocked.CompareExchange(ref _inFlight, inFlight + 1, inFlight);
            if (seen == inFlight)
                return true;
            inFlight = seen;
        }
        return false;
    }

    /// <summary>Gives a slot back after an operation, or without one.</summary>
    /// <param name="done">What was done in the slot and not yet told to <see cref="Report"/>; default(WorkAmount) for nothing.</param>
    public void Leave(WorkAmount done)
    {
        int inFlight = Interlocked.Decrement(ref _inFlight) + 1;
        // The decrement is a full fence and so is the increment of _waiters: either the waiter sees the free slot or this sees the waiter.
        if (Volatile.Read(ref _waiters) != 0)
            WakeOne();
        if (_climber is not null && done.Cost != 0)
            Count(done, inFlight);
    }

    /// <summary>Gives a slot back after one operation.</summary>
    /// <param name="workBytes">Bytes that it moved, 0 or more.</param>
    public void Leave(long workBytes) => Leave(new WorkAmount(workBytes));

    /// <summary>Tells of work done by a holder that keeps its slot: a piece of a large file, some entries of a directory.</summary>
    /// <param name="done">The work since the last report. Reports of a millisecond's worth or more cost nothing noticeable.</param>
    public void Report(WorkAmount done)
    {
        if (_climber is not null)
            Count(done, Volatile.Read(ref _inFlight));
    }

    private void EnterSlowly(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static limiter => ((AdaptiveLimiter)limiter!).WakeAll(), this);
        lock (_waitLock)
        {
            Interlocked.Increment(ref _waiters);
            try
            {
                while (!TryEnter())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Monitor.Wait(_waitLock);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiters);
            }
        }
    }

    private void SetLimit(int limit)
    {
        if (limit == _limit)
            return;
        _limit = limit;
        WakeAll();
        LimitChanged?.Invoke();
    }

    private void WakeOne()
    {
        lock (_waitLock)
            Monitor.Pulse(_waitLock);
    }

    private void WakeAll()
    {
        lock (_waitLock)
            Monitor.PulseAll(_waitLock);
    }
}
