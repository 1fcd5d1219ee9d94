using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Verification;

/// <summary>Verifies several caches, a few at a time.</summary>
public static class CacheVerifyRun
{
    /// <summary>Verifies <paramref name="caches"/>; the reports come in their order.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="caches">Those that were asked for.</param>
    /// <param name="scope">Which of their files.</param>
    /// <param name="repairs">Whether wrong files are fetched again.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="processes">Runs external tools.</param>
    /// <param name="cancellation">Stops all.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CacheVerifyReport[] Run(
        CacheSettings settings,
        IReadOnlyList<CacheDefinition> caches,
        ContentScope scope,
        bool repairs,
        IVerifyObserver observer,
        TimeProvider time,
        IProcessRunner processes,
        CancellationToken cancellation)
    {
        var session = new SyncSession
        {
            Settings = settings,
            Options = new SyncOptions(),
            Observer = observer,
            Time = time,
            Processes = processes,
            Cancellation = cancellation,
        };
        var reports = session.ForEach(caches, cache => VerifyOne(session, cache, scope, repairs, observer));
        cancellation.ThrowIfCancellationRequested();
        return reports;
    }

    private static CacheVerifyReport VerifyOne(
        SyncSession session, CacheDefinition cache, ContentScope scope, bool repairs, IVerifyObserver observer)
    {
        var progress = new TransferProgress();
        observer.Started(cache, progress);
        try
        {
            var report = new CacheVerify(session, cache, scope, repairs, progress).Run();
            progress.Phase = TransferPhase.Finished;
            observer.Finished(report);
            return report;
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            // The command itself says in one line that it was interrupted.
            progress.Phase = TransferPhase.Finished;
            return new CacheVerifyReport
            {
                Cache = cache, Target = session.Settings.TargetOf(cache), Outcome = VerifyOutcome.Failed, Error = "interrupted",
            };
        }
    }
}
