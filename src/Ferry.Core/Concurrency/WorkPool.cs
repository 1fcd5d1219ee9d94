using System.Runtime.ExceptionServices;

namespace Ferry.Core.Concurrency;

/// <summary>Does one item. Called on many threads at once, but never twice at once with the same worker.</summary>
/// <typeparam name="TItem">A piece of work.</typeparam>
/// <typeparam name="TWorker">What one thread keeps for itself.</typeparam>
/// <param name="item">The work. Errors that concern only this item are the body's to record; an exception ends the whole run.</param>
/// <param name="worker">The buffers and the like of the calling thread.</param>
/// <param name="pool">Takes further items, and tells by <see cref="WorkPool{TItem, TWorker}.Stopping"/> that the run is ending.</param>
/// <returns>
/// What was done and was not yet told to the limiter by <see cref="AdaptiveLimiter.Report"/>; default(WorkAmount) if nothing. A
/// limiter that is never told of work stays where it is.
/// </returns>
public delegate WorkAmount WorkBody<TItem, TWorker>(TItem item, TWorker worker, WorkPool<TItem, TWorker> pool);

/// <summary>Runs items on as many threads as a limiter allows; made for blocking system calls.</summary>
/// <remarks>
/// <para>
/// The calling thread is the first worker. Another thread is started only while items wait and the limit allows one more, so
/// short work stays on one thread. Threads have small stacks (256 KiB): bodies must not recurse deeply.
/// </para>
/// <para>
/// A pool runs once. <see cref="Add"/> and <see cref="Stopping"/> are for bodies and for other threads during the run.
/// </para>
/// </remarks>
/// <typeparam name="TItem">A piece of work.</typeparam>
/// <typeparam name="TWorker">What one thread keeps for itself, such as buffers; disposed of at the end if it is disposable.</typeparam>
public sealed partial class WorkPool<TItem, TWorker>
{
    private const int StackBytes = 256 * 1024;

    private readonly AdaptiveLimiter _limiter;
    private readonly string _threadName;
    private readonly Func<TWorker> _createWorker;
    private readonly WorkBody<TItem, TWorker> _body;
    private CancellationTokenSource? _stopping;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a pool; nothing runs yet.</summary>
    /// <param name="options">Limiter and order.</param>
    /// <param name="createWorker">Makes the state of one thread; called on that thread, once for each.</param>
    /// <param name="body">Does one item.</param>
    public WorkPool(WorkPoolOptions options, Func<TWorker> createWorker, WorkBody<TItem, TWorker> body)
    {
        _limiter = options.Limiter;
        _threadName = options.ThreadName;
        _queue = new WorkQueue<TItem>(options.Order);
        _createWorker = createWorker;
        _body = body;
    }

    /// <summary>Cancelled when the run ends early: the caller's token, or a body that threw. Long bodies should look at it.</summary>
    public CancellationToken Stopping { get; private set; }

    /// <summary>Runs until no item is left, waiting or running, and every thread has ended.</summary>
    /// <param name="initial">
    /// The first items; pulled one by one as workers become free, by one thread at a time, so it may be long, and may block if it
    /// honours the same token.
    /// </param>
    /// <param name="cancellationToken">Ends the run after the bodies that are running.</param>
    /// <exception cref="OperationCanceledException">Cancelled with items left undone.</exception>
    /// <exception cref="InvalidOperationException">The pool has run before.</exception>
    /// <remarks>The first exception of a body, of <paramref name="initial"/> or of the worker factory is rethrown as it was.</remarks>
    public void Run(IEnumerable<TItem> initial, CancellationToken cancellationToken)
    {
        if (_source is not null)
            throw new InvalidOperationException("A work pool runs only once.");
        using IEnumerator<TItem> source = initial.GetEnumerator();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _source = source;
        _stopping = stopping;
        Stopping = stopping.Token;
        using (stopping.Token.UnsafeRegister(static pool => ((WorkPool<TItem, TWorker>)pool!).Stop(), this))
        {
            _limiter.LimitChanged += UseNewLimit;
            Work();
            _limiter.LimitChanged -= UseNewLimit;
            WaitForThreads();
        }
        _failure?.Throw();
        if (!_finished)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private void Work()
    {
        // Nothing may escape: on a thread of the pool it would end the process.
        try
        {
            TWorker worker = _createWorker();
            using var disposable = worker as IDisposable;
            for (bool finishedOne = false; TryTake(finishedOne, out TItem item); finishedOne = true)
                WorkOn(item, worker);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // The caller's token or the failure of another worker: Run throws what began it.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void WorkOn(TItem item, TWorker worker)
    {
        _limiter.Enter(Stopping);
        WorkAmount done = default;
        try
        {
            done = _body(item, worker, this);
        }
        finally
        {
            _limiter.Leave(done);
        }
    }

    private void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        // The registration made in Run stops the other workers.
        _stopping!.Cancel();
    }
}
