using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Verification;

/// <summary>Re-reads one staged cache, past the page cache, and compares it with its manifest; fetches what is wrong if that was asked.</summary>
internal sealed class CacheVerify(SyncSession session, CacheDefinition cache, ContentScope scope, bool repairs, TransferProgress progress)
{
    private readonly CacheLayout _layout = new(session.Settings, cache);
    private readonly long _start = session.Time.GetTimestamp();

    /// <summary>Runs to the end; what fails is in the report.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public CacheVerifyReport Run()
    {
        try
        {
            return PrivateDirectory.ExistsWithin(session.Settings.CacheRootPath, cache.Name) ? RunLocked() : Report(VerifyOutcome.NotStaged);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Report(VerifyOutcome.Failed) with { Error = e.Message };
        }
    }

    private CacheVerifyReport RunLocked()
    {
        session.PrepareCacheRoot();
        using var held = AdvisoryLock.Acquire(
            _layout.Lock, session.Settings.Transfer.LockTimeout, session.Time, () => session.Observer.Waiting(cache), session.Cancellation);
        if (held.Outcome == LockOutcome.TimedOut)
        {
            return Report(VerifyOutcome.Failed) with
            {
                Error = $"another process has been working on it for {session.Settings.Transfer.LockTimeout.TotalSeconds:0} s; "
                    + "wait for it, or raise transfer.lock_timeout",
            };
        }

        using var target = TreeRoot.Open(_layout.Target);
        var found = CacheTransfer.CheckContents(session, _layout, target, scope, progress);
        var report = Report(found.IsGood ? VerifyOutcome.Good : VerifyOutcome.Failed) with
        {
            Files = found.Files,
            Bytes = progress.VerifiedBytes,
            Wrong = found.Distrusted.Count,
            ChangedOnTarget = found.ChangedOnTarget,
            Problems = found.Problems,
        };
        // Without a marker a repair, or a sync, was ended before its last step: then there may be no wrong file left, but the cache is not done.
        return !repairs || (found.IsGood && File.Exists(_layout.Marker)) ? report : Repair(report, found.Distrusted);
    }

    private CacheVerifyReport Repair(CacheVerifyReport report, PathSet wrong)
    {
        session.Observer.Note(cache, wrong.Count > 0
            ? $"{wrong.Count:N0} of {report.Files:N0} files are wrong; fetching them again"
            : "an earlier repair or sync was ended early; finishing it");
        using var source = SourceRoot.Open(cache.Source, _layout.Target);
        var repaired = new CacheTransfer(session, cache, _layout, source, progress).Repair(wrong);
        return report with
        {
            Outcome = repaired.Outcome == SyncOutcome.Failed ? VerifyOutcome.Failed : VerifyOutcome.Repaired,
            Error = repaired.Error,
            Fetched = repaired.Files,
            FetchedBytes = repaired.Bytes,
            Problems = repaired.Problems,
            Elapsed = session.Time.GetElapsedTime(_start),
        };
    }

    private CacheVerifyReport Report(VerifyOutcome outcome) => new()
    {
        Cache = cache,
        Target = _layout.Target,
        Outcome = outcome,
        Elapsed = session.Time.GetElapsedTime(_start),
    };
}
