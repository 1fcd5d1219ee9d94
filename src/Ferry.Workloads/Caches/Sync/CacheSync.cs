using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// Brings one cache to scratch: is it fresh? take the lock; is it fresh now? plan; does it fit? remove the marker; copy; commit the
/// manifest; write the marker.
/// </summary>
internal sealed class CacheSync(SyncSession session, CacheDefinition cache, TransferProgress progress)
{
    // A marker from the future is a clock that was wrong: it must not make a cache fresh for years.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);

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
        catch (IOException e)
        {
            return Failed(e.Message);
        }
    }

    private CacheSyncReport RunWith(TreeRoot source)
    {
        if (MayBeFresh && FreshReport(source) is { } fresh)
        {
            return fresh;
        }

        if (session.Options.DryRun)
        {
            return DryRun(source);
        }

        session.PrepareCacheRoot();
        using var held = AdvisoryLock.Acquire(
            _layout.Lock, session.Settings.Transfer.LockTimeout, session.Time, () => session.Observer.Waiting(cache), session.Cancellation);
        if (held.Outcome == LockOutcome.TimedOut)
        {
            return Failed($"another process has been syncing it for {session.Settings.Transfer.LockTimeout.TotalSeconds:0} s; "
                + "wait for it, or raise transfer.lock_timeout");
        }

        // Whoever held the lock may have done the work: N waiting jobs copy once.
        return MayBeFresh && FreshReport(source) is { } done ? done : Transfer(source);
    }

    private bool MayBeFresh => !session.Options.Force && !session.Options.Verify && !session.Options.Delete;

    /// <summary>The report of a fresh and complete cache, or null. Takes no lock and writes nothing.</summary>
    private CacheSyncReport? FreshReport(TreeRoot source)
    {
        if (FreshnessMarker.Read(_layout.Marker) is not { } marker || !IsFresh(marker, source))
        {
            return null;
        }

        try
        {
            using var manifest = ManifestFile.Open(_layout.Manifest);
            if (manifest is null)
            {
                return null;
            }

            using var target = TreeRoot.Open(_layout.Target);
            var completeness = CompletenessCheck.Run(manifest, target, session.Limiters.For(target, null), session.Cancellation);
            if (completeness.IsComplete)
            {
                return Report(SyncOutcome.Fresh) with { Totals = manifest.Totals };
            }

            session.Observer.Note(cache, $"{completeness.Missing:N0} of {completeness.Expected:N0} staged files are gone (purged?); fetching them again");
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

    private bool IsFresh(FreshnessMarker marker, TreeRoot source)
    {
        var age = session.Time.GetUtcNow() - marker.SyncedAt;
        return age >= -s_clockSkew && age <= session.Settings.Transfer.FreshFor
            && session.Settings.Transfer.FreshFor > TimeSpan.Zero
            && marker.Source == cache.Source
            && TopLevelTimes.Latest(source) <= marker.SourceModified;
    }

    private CacheSyncReport DryRun(TreeRoot source)
    {
        using var target = Directory.Exists(_layout.Target) ? TreeRoot.Open(_layout.Target) : null;
        using var plan = Plan(source, target, CopyOptionsFor(source, target));
        var room = target is null ? session.Settings.ScratchBase : _layout.Target;
        return Report(SyncOutcome.Planned) with
        {
            Work = plan.Work,
            Totals = plan.Totals,
            Problems = plan.Problems,
            ChangedOnTarget = plan.ChangedOnTarget,
            Error = session.Space.Claim(plan.Work, room),
        };
    }

    private CacheSyncReport Transfer(TreeRoot source)
    {
        PrivateDirectory.Ensure(session.Settings.CacheRootPath, cache.Name);
        if (session.Settings.Transfer.Engine == TransferEngine.Rsync)
        {
            return RsyncTransfer(source);
        }

        using var target = TreeRoot.Open(_layout.Target);
        var options = CopyOptionsFor(source, target);
        var before = MarkerTime(source, options.RacyWindow);
        using var plan = Plan(source, target, options);
        if (session.Space.Claim(plan.Work, _layout.Target) is { } lacking)
        {
            return Failed(lacking) with { Work = plan.Work, Problems = plan.Problems };
        }

        if (!plan.IsUnchanged)
        {
            // From here on the tree is neither the old nor the new one: a kill must not leave it fresh.
            AtomicFile.Remove(_layout.Marker);
        }

        (progress.TotalFiles, progress.TotalBytes, progress.Phase) = (plan.Work.Files, plan.Work.Bytes, TransferPhase.Copying);
        var report = TreeCopier.Run(plan, source, target, _layout.Manifest, options, progress, session.Cancellation);
        return Conclude(report, plan, before);
    }

    /// <summary>rsync leaves no manifest, so an older one must not vouch for its tree.</summary>
    private CacheSyncReport RsyncTransfer(TreeRoot source)
    {
        var before = MarkerTime(source, TransferLimiters.RacyWindow(source));
        AtomicFile.Remove(_layout.Marker);
        AtomicFile.Remove(_layout.Manifest);
        progress.Phase = TransferPhase.Copying;
        var (error, warning) = Sync.RsyncTransfer.Run(session, cache, _layout.Target);
        if (warning is not null)
        {
            session.Observer.Note(cache, warning);
        }

        if (error is not null)
        {
            return Failed(error);
        }

        new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, before).Write(_layout.Marker, cache.Name);
        return Report(SyncOutcome.Synced);
    }

    private CacheSyncReport Conclude(CopyReport copied, TreePlan plan, Timestamp before)
    {
        var report = Report(plan.Work.IsEmpty ? SyncOutcome.UpToDate : SyncOutcome.Synced) with
        {
            Work = plan.Work,
            Totals = copied.Totals,
            Files = copied.Files,
            Bytes = copied.Bytes,
            Removed = copied.Removed,
            ChangedOnTarget = plan.ChangedOnTarget,
            Problems = copied.Problems,
        };
        if (!copied.IsComplete)
        {
            var missing = plan.Work.Files - copied.Files;
            return report with
            {
                Outcome = SyncOutcome.Failed,
                Error = copied.RanOutOfSpace ? $"scratch is full: {copied.Files:N0} files arrived, {missing:N0} did not; make room and run it again" : null,
            };
        }

        new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, before).Write(_layout.Marker, cache.Name);
        return report;
    }

    private TreePlan Plan(TreeRoot source, TreeRoot? target, CopyOptions options)
    {
        progress.Phase = TransferPhase.Comparing;
        return TreePlanner.Make(source, target, _layout.Manifest, options, Timestamp.From(session.Time.GetUtcNow()), session.Cancellation);
    }

    private CopyOptions CopyOptionsFor(TreeRoot source, TreeRoot? target) => new()
    {
        Limiter = session.Limiters.For(source, target),
        Excludes = cache.Excludes.Count > 0 ? IgnorePatterns.Parse(cache.Excludes) : null,
        Delete = session.Options.Delete,
        Bandwidth = session.Bandwidth,
        RacyWindow = TransferLimiters.RacyWindow(source),
        FileTimes = session.Settings.Transfer.Timestamps == StagedTimestamps.Now ? Timestamp.From(session.Time.GetUtcNow()) : null,
    };

    /// <summary>What the marker says of the source: its times now, or a moment earlier if a change could still leave them the same.</summary>
    private Timestamp MarkerTime(TreeRoot source, TimeSpan racyWindow)
    {
        var latest = TopLevelTimes.Latest(source);
        var certain = Timestamp.From(session.Time.GetUtcNow()).Minus(racyWindow);
        return latest < certain ? latest : certain;
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
