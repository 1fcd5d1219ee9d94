using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>
/// Brings the new directory to the state of the old one and proves it: copy, read the copy again past the page cache, and look once more
/// whether the old one is still what was copied. What was changed meanwhile is copied and proven again.
/// </summary>
/// <param name="session">What the migration works with.</param>
/// <param name="manifest">Where the copy's manifest lies.</param>
/// <param name="isInForce">The new directory is used already: what seems to be gone from the old one is not removed from it.</param>
internal sealed class MigrationCopy(MigrationSession session, string manifest, bool isInForce)
{
    // A directory that is written to all the time is never found unchanged.
    private const int Attempts = 5;

    /// <summary>Runs to the end. The outcome is <see cref="MigrationOutcome.Migrated"/> when the copy is proven.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what has arrived stays and is recorded.</exception>
    public MigrationReport Run(string from, string to)
    {
        using var source = TreeRoot.Open(from);
        using var target = TreeRoot.Open(to);
        var options = session.CopyOptions(source, target, deletes: !isInForce);
        var report = new MigrationReport();
        PathSet? distrusted = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            report = Copy(source, target, options with { Distrusted = distrusted }, report, out var wasUnchanged);
            if (report.Outcome == MigrationOutcome.Failed)
            {
                return report;
            }

            if (wasUnchanged && attempt > 1)
            {
                return report with { Outcome = MigrationOutcome.Migrated };
            }

            var check = Verify(target, options);
            report = report with { Verified = check.Files };
            if (!check.IsGood && distrusted is not null)
            {
                return report with { Outcome = MigrationOutcome.Failed, Problems = [.. report.Problems, .. check.Problems], Error = "the copy does not read back as what was written" };
            }

            distrusted = check.IsGood ? null : check.Distrusted;
            // What was written so shortly ago that a later write might not show is copied again: only then can it be told.
            session.Cancellation.WaitHandle.WaitOne(options.RacyWindow);
            session.Cancellation.ThrowIfCancellationRequested();
        }

        return report with { Outcome = MigrationOutcome.Failed, Error = $"{from} changes while it is copied; end what writes to it, and run the same command again" };
    }

    private MigrationReport Copy(TreeRoot source, TreeRoot target, CopyOptions options, MigrationReport report, out bool wasUnchanged)
    {
        session.Progress.Phase = TransferPhase.Comparing;
        using var plan = TreePlanner.Make(source, target, manifest, options, session.Now, session.Cancellation);
        // Modes and times are set again below; some file systems do not keep all of them.
        wasUnchanged = (plan.Work with { Updates = 0 }).IsEmpty && options.Distrusted is null;
        (session.Progress.TotalFiles, session.Progress.TotalBytes) = (session.Progress.Files + plan.Work.Files, session.Progress.Bytes + plan.Work.Bytes);
        session.Progress.Phase = TransferPhase.Copying;
        var copied = TreeCopier.Run(plan, source, target, manifest, options, session.Progress, session.Cancellation);
        var isGood = copied.IsComplete && (isInForce || plan.ChangedOnTarget == 0);
        return report with
        {
            Outcome = isGood ? report.Outcome : MigrationOutcome.Failed,
            Totals = plan.Totals,
            Files = report.Files + copied.Files,
            Bytes = report.Bytes + copied.Bytes,
            Problems = copied.Problems,
            Error = copied.RanOutOfSpace ? $"{target.Path} is full; make room and run the same command again"
                : !copied.IsComplete ? "not everything could be copied"
                : isGood ? null : $"{plan.ChangedOnTarget:N0} files in {target.Path} were changed since they were copied; remove them and run the same command again",
        };
    }

    private ContentReport Verify(TreeRoot target, CopyOptions options)
    {
        session.Progress.Phase = TransferPhase.Verifying;
        using var file = ManifestFile.Open(manifest) ?? throw new ManifestException(manifest, "was removed while it was being used");
        return ContentCheck.Run(file, target, ContentScope.All, options.Limiter, session.Progress, session.Cancellation);
    }
}
