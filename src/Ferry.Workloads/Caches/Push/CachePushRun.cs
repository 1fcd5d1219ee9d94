using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Pushing;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Push;

/// <summary>Pushes several caches, a few at a time.</summary>
public static class CachePushRun
{
    /// <summary>Pushes <paramref name="caches"/>; the reports come in their order. One that fails does not stop the others.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="caches">Those that were asked for.</param>
    /// <param name="options">What the user asked.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processes">Runs external tools.</param>
    /// <param name="cancellation">Stops all; what has arrived stays.</param>
    /// <exception cref="OperationCanceledException">Cancelled, unless the push is an urgent one.</exception>
    public static CachePushReport[] Run(
        CacheSettings settings,
        IReadOnlyList<CacheDefinition> caches,
        CachePushOptions options,
        IPushObserver observer,
        TimeProvider time,
        IProcessRunner processes,
        CancellationToken cancellation)
    {
        var session = new CacheSession
        {
            Settings = settings,
            Observer = observer,
            Time = time,
            Processes = processes,
            Cancellation = cancellation,
        };
        var reports = session.ForEach(caches, cache => PushOne(session, cache, options, observer));
        if (!options.Urgent)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return reports;
    }

    /// <summary>
    /// Writes down that a push is due, before it is known of what: should it never come, the next sync brings back what it can.
    /// </summary>
    public static void Announce(CacheSettings settings, IReadOnlyList<CacheDefinition> caches)
    {
        foreach (var cache in caches)
        {
            var layout = new CacheLayout(settings, cache);
            try
            {
                if (Directory.Exists(layout.Target) && !UnpushedList.Exists(layout))
                {
                    UnpushedList.Write(layout, []);
                }
            }
            catch (IOException)
            {
                // Scratch is full or failing: the push itself says so, and needs no note to be made.
            }
        }
    }

    private static CachePushReport PushOne(CacheSession session, CacheDefinition cache, CachePushOptions options, IPushObserver observer)
    {
        var progress = new TransferProgress();
        observer.Started(cache, progress);
        try
        {
            var report = new CachePush(session, cache, options, progress).Run();
            progress.Phase = TransferPhase.Finished;
            observer.Finished(report);
            return report;
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            progress.Phase = TransferPhase.Finished;
            var report = new CachePushReport
            {
                Cache = cache,
                Target = session.Settings.TargetOf(cache),
                Outcome = PushOutcome.Failed,
                Error = "stopped before it was known what is to be pushed; 'ferry push' brings it",
            };
            if (options.Urgent)
            {
                // Otherwise the command itself says in one line that it was interrupted.
                observer.Finished(report);
            }

            return report;
        }
    }
}
