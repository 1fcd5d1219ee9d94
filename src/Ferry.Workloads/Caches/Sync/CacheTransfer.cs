using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// The part of a sync that happens under the lock: plan, check for room, remove the marker, copy and commit the manifest, re-read if asked,
/// write the marker.
/// </summary>
internal sealed class CacheTransfer(
    SyncSession session, CacheDefinition cache, CacheLayout layout, TreeRoot source, TransferProgress progress)
{
    private const int Attempts = 5;

    /// <summary>Makes the plan of a sync; also what a dry run shows.</summary>
    public static TreePlan Plan(
        SyncSession session, CacheDefinition cache, CacheLayout layout, TreeRoot source, TreeRoot? target, TransferProgress progress)
    {
        progress.Phase = TransferPhase.Comparing;
        var options = OptionsFor(session, cache, source, target);
        return TreePlanner.Make(source, target, layout.Manifest, options, session.Now, session.Cancellation);
    }

    public CacheSyncReport Run()
    {
        var sourceTimes = SourceTimes(session, source);
        using var target = TreeRoot.Open(layout.Target);
        var options = OptionsFor(session, cache, source, target);
        var report = Bring(target, options);
        if (report.Outcome != SyncOutcome.Failed && session.Options.Verify)
        {
            report = Verify(target, options, report);
        }

        if (report.Outcome != SyncOutcome.Failed)
        {
            new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, sourceTimes).Write(layout.Marker, cache.Name);
        }

        return report;
    }

    /// <summary>
    /// After a push: commits the records of what both sides have in common, if a sync would have nothing else to do. False when it would, or
    /// when it cannot be told.
    /// </summary>
    /// <exception cref="IOException">A record cannot be written.</exception>
    public bool RecordCommon()
    {
        var sourceTimes = SourceTimes(session, source);
        using var target = TreeRoot.Open(layout.Target);
        var options = OptionsFor(session, cache, source, target);
        using var plan = TreePlanner.Make(source, target, layout.Manifest, options, session.Now, session.Cancellation);
        if (plan.Work is not { Files: 0, Removals: 0, Proofs: 0 } || plan.ChangedOnTarget > 0
            || plan.Problems.Any(static problem => problem.Kind != ProblemKind.Warning)
            || !TreeCopier.Run(plan, source, target, layout.Manifest, options, progress, session.Cancellation).IsComplete)
        {
            return false;
        }

        new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, sourceTimes).Write(layout.Marker, cache.Name);
        return true;
    }

    /// <summary>What a marker says of the source: its times now, or a moment earlier if a change could still leave them the same.</summary>
    public static Timestamp SourceTimes(SyncSession session, TreeRoot source)
    {
        var latest = TopLevelTimes.Latest(source);
        var certain = session.Now.Minus(TransferLimiters.RacyWindow(source));
        return latest < certain ? latest : certain;
    }

    /// <summary>
    /// Another process that syncs the same cache, as only happens without working locks, may have taken this run's journal for that of
    /// a killed one. Then its own manifest is there, and what that does not know is little.
    /// </summary>
    private CacheSyncReport Bring(TreeRoot target, CopyOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BringOnce(target, options);
            }
            catch (LinuxException e) when (attempt < Attempts && e is { Errno: Errno.ENOENT, Operation: "rename" } && e.Path == layout.Manifest)
            {
                session.Observer.Note(cache, "another process synced it at the same time; comparing again");
            }
        }
    }

    private CacheSyncReport BringOnce(TreeRoot target, CopyOptions options)
    {
        progress.Phase = TransferPhase.Comparing;
        using var plan = TreePlanner.Make(source, target, layout.Manifest, options, session.Now, session.Cancellation);
        if (session.Space.Claim(plan, layout.Target) is { } lacking)
        {
            return Report(plan, SyncOutcome.Failed) with { Error = lacking, Problems = plan.Problems };
        }

        if (!plan.IsUnchanged)
        {
            // From here on the tree is neither the old nor the new one: a kill must not leave it fresh.
            AtomicFile.Remove(layout.Marker);
        }

        (progress.TotalFiles, progress.TotalBytes, progress.Phase) = (plan.Work.Files, plan.Work.Bytes, TransferPhase.Copying);
        var copied = TreeCopier.Run(plan, source, target, layout.Manifest, options, progress, session.Cancellation);
        return Report(plan, Outcome(plan, copied)) with
        {
            Files = copied.Files,
            Bytes = copied.Bytes,
            Removed = copied.Removed,
            Problems = copied.Problems,
            Error = copied.RanOutOfSpace
                ? $"scratch is full: {copied.Files:N0} files arrived, {plan.Work.Files - copied.Files:N0} did not; make room and run it again"
                : null,
        };
    }

    /// <summary>Re-reads the staged tree; what differs is copied again, and then must be right.</summary>
    private CacheSyncReport Verify(TreeRoot target, CopyOptions options, CacheSyncReport report)
    {
        var found = CheckContents(target, ContentScope.All);
        report = report with { Verified = found.Files, ChangedOnTarget = Math.Max(report.ChangedOnTarget, found.ChangedOnTarget) };
        if (found.IsGood)
        {
            return report;
        }

        session.Observer.Note(cache, $"{found.Distrusted.Count:N0} staged files have other bytes than were copied; fetching them again");
        var repaired = BringAgain(target, options, found.Distrusted);
        return repaired with
        {
            Files = report.Files + repaired.Files,
            Bytes = report.Bytes + repaired.Bytes,
            Verified = report.Verified,
            Problems = [.. report.Problems, .. repaired.Problems],
        };
    }

    /// <summary>Brings over what has other bytes than were copied, and what else a sync would; then it must be right.</summary>
    /// <exception cref="IOException">A record cannot be written, or a tree not be read.</exception>
    public CacheSyncReport Repair(PathSet distrusted)
    {
        var sourceTimes = SourceTimes(session, source);
        using var target = TreeRoot.Open(layout.Target);
        var report = BringAgain(target, OptionsFor(session, cache, source, target), distrusted);
        if (report.Outcome != SyncOutcome.Failed)
        {
            new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, sourceTimes).Write(layout.Marker, cache.Name);
        }

        return report;
    }

    /// <summary>Re-reads staged files past the page cache and compares them with the manifest.</summary>
    /// <exception cref="ManifestException">There is no manifest, or it is damaged.</exception>
    public static ContentReport CheckContents(
        CacheSession session, CacheLayout layout, TreeRoot target, ContentScope scope, TransferProgress progress)
    {
        progress.Phase = TransferPhase.Verifying;
        using var manifest = ManifestFile.Open(layout.Manifest)
            ?? throw new ManifestException(layout.Manifest, "is not there; ferry sync --force makes it");
        return ContentCheck.Run(manifest, target, scope, session.Limiters.For(target, null), progress, session.Cancellation);
    }

    private CacheSyncReport BringAgain(TreeRoot target, CopyOptions options, PathSet distrusted)
    {
        AtomicFile.Remove(layout.Marker);
        var repaired = Bring(target, options with { Distrusted = distrusted });
        if (repaired.Outcome == SyncOutcome.Failed)
        {
            return repaired;
        }

        var again = CheckContents(target, ContentScope.Only(distrusted));
        return repaired with
        {
            Outcome = again.IsGood ? SyncOutcome.Synced : SyncOutcome.Failed,
            Verified = again.Files,
            Problems = [.. repaired.Problems, .. again.Problems],
        };
    }

    private ContentReport CheckContents(TreeRoot target, ContentScope scope) => CheckContents(session, layout, target, scope, progress);

    private static SyncOutcome Outcome(TreePlan plan, CopyReport copied) =>
        !copied.IsComplete ? SyncOutcome.Failed : plan.Work.IsEmpty ? SyncOutcome.UpToDate : SyncOutcome.Synced;

    private CacheSyncReport Report(TreePlan plan, SyncOutcome outcome) => new()
    {
        Cache = cache,
        Target = layout.Target,
        Outcome = outcome,
        Work = plan.Work,
        Totals = plan.Totals,
        ChangedOnTarget = plan.ChangedOnTarget,
    };

    private static CopyOptions OptionsFor(SyncSession session, CacheDefinition cache, TreeRoot source, TreeRoot? target) => new()
    {
        Limiter = session.Limiters.For(source, target),
        Excludes = cache.Excludes.Count > 0 ? IgnorePatterns.Parse(cache.Excludes) : null,
        Delete = session.Options.Delete,
        ChecksEveryFile = session.Options.Verify,
        Bandwidth = session.Bandwidth,
        RacyWindow = TransferLimiters.RacyWindow(source),
        FileTimes = session.Settings.Transfer.Timestamps == StagedTimestamps.Now ? session.Now : null,
    };
}
