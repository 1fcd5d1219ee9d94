namespace Ferry.Core.Concurrency;

/// <content>Who takes which item, and when another thread is worth its start. Everything here is guarded by one short lock.</content>
public sealed partial class WorkPool<TItem, TWorker>
{
    private readonly object _lock = new();
    private readonly WorkQueue<TItem> _queue;
    private IEnumerator<TItem>? _source;
    private bool _sourceBusy;
    private bool _sourceEmpty;
    private int _running;
    private int _idle;
    private int _startedThreads;
    private int _maxThreads = LimiterOptions.Ceiling;
    private bool _stopped;
    private bool _finished;

    private bool WorkIsWaiting => _queue.Count > 0 || SourceIsFree;

    private bool SourceIsFree => !_sourceEmpty && !_sourceBusy;

    /// <summary>Adds an item to the run.</summary>
    /// <param name="item">The work.</param>
    public void Add(TItem item)
    {
        bool start;
        lock (_lock)
        {
            _queue.Add(item);
            start = WakeOrReserveThread();
        }
        if (start)
            StartThread();
    }

    private bool TryTake(bool finishedOne, out TItem item)
    {
        while (true)
        {
            bool start, taken;
            lock (_lock)
            {
                if (finishedOne)
                    _running--;
                finishedOne = false;
                if (!WaitForWork())
                {
                    item = default!;
                    return false;
                }
                _running++;
                // Source first where order matters, last where a growing stack must stay low.
                taken = _queue.Count > 0 && !(_queue.IsFifo && SourceIsFree);
                item = taken ? _queue.Take() : default!;
                _sourceBusy |= !taken;
                start = taken && WakeOrReserveThread();
            }
            if (taken)
            {
                if (start)
                    StartThread();
                return true;
            }
            if (TryPull(out item))
                return true;
            finishedOne = true;
        }
    }

    /// <summary>Waits until there is something to take and a slot for it.</summary>
    /// <returns>False when the run is over.</returns>
    private bool WaitForWork()
    {
        while (!_stopped && !_finished)
        {
            bool waiting = WorkIsWaiting;
            if (waiting && _running < _limiter.Limit)
                return true;
            if (!waiting && _running == 0)
            {
                _finished = true;
                Monitor.PulseAll(_lock);
                return false;
            }
            _idle++;
            Monitor.Wait(_lock);
            _idle--;
        }
        return false;
    }

    /// <summary>Takes the next initial item, outside of the lock because the source may block.</summary>
    private bool TryPull(out TItem item)
    {
        bool pulled = false;
        bool start = false;
        try
        {
            pulled = _source!.MoveNext();
            item = pulled ? _source.Current : default!;
        }
        finally
        {
            lock (_lock)
            {
                _sourceBusy = false;
                _sourceEmpty = !pulled;
                start = pulled && WakeOrReserveThread();
            }
        }
        if (start)
            StartThread();
        return pulled;
    }

    /// <summary>Finds a thread for the next waiting item; each thread that takes one calls this again for the one after it.</summary>
    /// <returns>Whether the caller must start the thread that was reserved, after it has left the lock.</returns>
    private bool WakeOrReserveThread()
    {
        int limit = _limiter.Limit;
        if (_stopped || _running >= limit || !WorkIsWaiting)
            return false;
        if (_idle > 0)
        {
            Monitor.Pulse(_lock);
            return false;
        }
        // The calling thread of Run is the first worker and not counted among the started.
        if (_startedThreads + 1 >= Math.Min(limit, _maxThreads))
            return false;
        _startedThreads++;
        return true;
    }

    private void StartThread()
    {
        var thread = new Thread(WorkOnThread, StackBytes) { IsBackground = true, Name = _threadName };
        try
        {
            thread.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // A login node's process limit: the threads that there are do the work.
            lock (_lock)
                _maxThreads = _startedThreads--;
        }
    }

    private void WorkOnThread()
    {
        Work();
        lock (_lock)
        {
            _startedThreads--;
            Monitor.PulseAll(_lock);
        }
    }

    private void WaitForThreads()
    {
        lock (_lock)
        {
            while (_startedThreads > 0)
                Monitor.Wait(_lock);
        }
    }

    private void UseNewLimit()
    {
        bool start;
        lock (_lock)
            start = WakeOrReserveThread();
        if (start)
            StartThread();
    }

    private void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
    }
}
