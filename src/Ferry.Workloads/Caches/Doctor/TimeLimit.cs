using System.Runtime.ExceptionServices;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Calls what may never return: a system call on a file server that does not answer cannot be ended, only left behind.</summary>
public static class TimeLimit
{
    /// <summary>How long a cancelled call may still take to leave things in order.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs <paramref name="work"/> on a thread of its own.</summary>
    /// <returns>False if it is not done in time; the thread then stays behind, and does not keep the process from ending.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool TryRun(Action work, TimeSpan limit, CancellationToken cancellation)
    {
        var task = new Task(work, TaskCreationOptions.LongRunning);
        task.Start(TaskScheduler.Default);
        try
        {
            return task.Wait((int)limit.TotalMilliseconds, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Task.WaitAny([task], s_grace);
            throw;
        }
        catch (AggregateException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
