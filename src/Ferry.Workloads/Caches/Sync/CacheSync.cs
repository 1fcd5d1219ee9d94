using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Push;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// Brings one cache to scratch: is it fresh? take the lock; is it fresh now? plan; does it fit? remove the marker; copy; commit the
/// manifest; write the marker.
/// </summary>
internal sealed class CacheSync(SyncSession session, CacheDefinition cache, TransferProgress progress)
{
    private readonly CacheLayout _layout = new(session.Settings, cache);
    private readonly long _start = session.Time.GetTimestamp();

    /// <summary>Runs to the end; what fails is in the report.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public CacheSyncReport Run()
    {
        try
        {
            using var source = SourceRoot.Open(cache.Source, _layout.Target);
            return RunWith(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(e.Message);
        }
    }

    private CacheSyncReport RunWith(TreeRoot source)
    {
        if (MayBeFresh && FreshReport(source, tellsOfPurge: session.Options.DryRun) is { } fresh)
        {
            return fresh;
        }

        if (session.Options.DryRun)
        {
            return DryRun(source);
        }

        session.PrepareCacheRoot();
        using var held = AdvisoryLock.Acquire(
            _layout.Lock, session.Settings.Transfer.LockTimeout, session.Time, TellOfWaiting, session.Cancellation);
        if (held.Outcome == LockOutcome.TimedOut)
        {
            return Failed($"another process has been syncing it for {session.Settings.Transfer.LockTimeout.TotalSeconds:0} s; "
                + "wait for it, or raise transfer.lock_timeout");
        }

        // Whoever held the lock may have done the work: N waiting jobs copy once.
        return MayBeFresh && FreshReport(source, tellsOfPurge: true) is { } done ? done : Transfer(source);
    }

    private void TellOfWaiting()
    {
        progress.Phase = TransferPhase.Waiting;
        session.Observer.Waiting(cache);
    }

    private bool MayBeFresh => !session.Options.Force && !session.Options.Verify && !session.Options.Delete;

    /// <summary>The report of a fresh and complete cache, or null. Takes no lock and writes nothing.</summary>
    private CacheSyncReport? FreshReport(TreeRoot source, bool tellsOfPurge)
    {
        if (FreshnessMarker.Read(_layout.Marker) is not { } marker || !Freshness.Holds(session, cache, marker, source) || UnpushedList.Exists(_layout))
        {
            return null;
        }

        if (PrivateDirectory.WhyRefused(session.Settings.ScratchBase, session.Settings.CacheRoot) is { } reason)
        {
            // What lies there may be another user's work: it is not exported, however fresh it says it is.
            throw new IOException(reason);
        }

        try
        {
            using var manifest = ManifestFile.Open(_layout.Manifest);
            if (manifest is null || !PrivateDirectory.ExistsWithin(session.Settings.CacheRootPath, cache.Name))
            {
                return null;
            }

            using var target = TreeRoot.Open(_layout.Target);
            var completeness = CompletenessCheck.Run(manifest, target, session.Limiters.For(target, null), session.Cancellation);
            if (completeness.IsComplete)
            {
                return Report(SyncOutcome.Fresh) with { Totals = manifest.Totals };
            }

            if (tellsOfPurge)
            {
                session.Observer.Note(cache, $"{Describe(completeness)} gone from scratch (purged?); fetching what is missing");
            }
        }
        catch (ManifestException)
        {
            // The plan says what is wrong with it.
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT)
        {
            // Nothing is staged any more.
        }

        return null;
    }

    private static string Describe(Completeness completeness) =>
        $"{completeness.Missing:N0} of {completeness.Expected:N0} staged files"
        + (completeness.MissingDirectories > 0 ? $" and {completeness.MissingDirectories:N0} directories are" : " are");

    private CacheSyncReport DryRun(TreeRoot source)
    {
        using var target = Directory.Exists(_layout.Target) ? TreeRoot.Open(_layout.Target) : null;
        using var plan = CacheTransfer.Plan(session, cache, _layout, source, target, progress);
        var room = target is null ? session.Settings.ScratchBase : _layout.Target;
        return Report(SyncOutcome.Planned) with
        {
            Work = plan.Work,
            Totals = plan.Totals,
            Problems = plan.Problems,
            ChangedOnTarget = plan.ChangedOnTarget,
            Error = Directory.Exists(room) ? session.Space.Claim(plan, room) : null,
        };
    }

    private CacheSyncReport Transfer(TreeRoot source)
    {
        PrivateDirectory.EnsureWithin(session.Settings.CacheRootPath, cache.Name);
        if (UnpushedList.Exists(_layout))
        {
            FinishPush(source);
        }

        var result = session.Settings.Transfer.Engine == TransferEngine.Rsync
            ? RsyncTransfer.Run(session, cache, _layout, source, progress)
            : new CacheTransfer(session, cache, _layout, source, progress).Run();
        return result with { Elapsed = session.Time.GetElapsedTime(_start) };
    }

    /// <summary>A push that was ended early is finished first. What it cannot bring back stays on scratch, where no sync overwrites it.</summary>
    private void FinishPush(TreeRoot source)
    {
        session.Observer.Note(cache, "finishing a push that was ended early");
        var pushed = new CachePush(session, cache, new CachePushOptions(), new TransferProgress()).Push(source);
        session.Observer.Note(cache, pushed.Outcome == PushOutcome.Failed
            ? $"{pushed.Remaining.Count:N0} files are still on scratch only; see 'ferry push'"
            : $"{pushed.Files:N0} files brought back to the source");
    }

    private CacheSyncReport Failed(string error) => Report(SyncOutcome.Failed) with { Error = error };

    private CacheSyncReport Report(SyncOutcome outcome)
    {
        progress.Phase = TransferPhase.Finished;
        return new CacheSyncReport
        {
            Cache = cache,
            Target = _layout.Target,
            Outcome = outcome,
            Elapsed = session.Time.GetElapsedTime(_start),
        };
    }
}
