using Ferry.Core.Processes;
using Ferry.Core.Progress;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>Syncs several caches, a few at a time.</summary>
public static class CacheSyncRun
{
    /// <summary>Syncs <paramref name="caches"/>; the reports come in their order. One that fails does not stop the others.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="caches">Those that were asked for.</param>
    /// <param name="options">What the user asked.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processes">Runs rsync where configured.</param>
    /// <param name="cancellation">Stops all; what has arrived stays.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CacheSyncReport[] Run(
        CacheSettings settings,
        IReadOnlyList<CacheDefinition> caches,
        SyncOptions options,
        ISyncObserver observer,
        TimeProvider time,
        IProcessRunner processes,
        CancellationToken cancellation)
    {
        var session = new SyncSession
        {
            Settings = settings,
            Options = options,
            Observer = observer,
            Time = time,
            Processes = processes,
            Cancellation = cancellation,
        };
        var reports = session.ForEach(caches, cache => SyncOne(session, cache, observer));
        cancellation.ThrowIfCancellationRequested();
        return reports;
    }

    private static CacheSyncReport SyncOne(SyncSession session, CacheDefinition cache, ISyncObserver observer)
    {
        var progress = new TransferProgress();
        session.Observer.Started(cache, progress);
        try
        {
            var report = new CacheSync(session, cache, progress).Run();
            if (report.IsExported)
            {
                CacheUse.Touch(new CacheLayout(session.Settings, cache), session.Time);
            }

            progress.Phase = TransferPhase.Finished;
            observer.Finished(report);
            return report;
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            // The command itself says in one line that it was interrupted.
            progress.Phase = TransferPhase.Finished;
            return new CacheSyncReport
            {
                Cache = cache, Target = session.Settings.TargetOf(cache), Outcome = SyncOutcome.Failed, Error = "interrupted",
            };
        }
    }
}
