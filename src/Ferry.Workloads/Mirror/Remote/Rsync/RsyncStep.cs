using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Has rsync bring the target to what the source is.</summary>
/// <param name="session">What all steps share.</param>
/// <param name="what">What is copied where. Whether it is only told, and whether contents are compared, is set here.</param>
/// <param name="target">The target, where it is on this machine and there.</param>
/// <param name="problems">Gets what went wrong with single files.</param>
internal sealed class RsyncStep(MirrorSession session, RsyncOptions what, TreeRoot? target, List<EntryProblem> problems)
{
    /// <summary>What is copied where, as the options of a mirror say.</summary>
    public static RsyncOptions OptionsOf(MirrorOptions options, MirrorEnd source, MirrorEnd target, RemoteShell shell, IgnorePatterns excludes) => new()
    {
        Source = source,
        Destination = target,
        Shell = shell,
        Excludes = excludes,
        Delete = options.Delete,
        BandwidthLimit = options.BandwidthBytesPerSecond,
    };

    /// <summary>What a copy would do.</summary>
    public MirrorCopy Plan()
    {
        var start = session.Time.GetTimestamp();
        var planned = Compare();
        problems.AddRange(planned.Problems);
        return new MirrorCopy(0, 0, planned.Deleted, WorkOf(planned), session.Time.GetElapsedTime(start));
    }

    /// <summary>Copies, and waits until it is on storage where that is here.</summary>
    /// <param name="comparesContents">Bring also what has the right size and time and other bytes.</param>
    /// <exception cref="IOException">rsync failed as a whole.</exception>
    public MirrorCopy Run(bool comparesContents = false)
    {
        var start = session.Time.GetTimestamp();
        var planned = comparesContents ? null : Compare();
        var copied = session.During(comparesContents ? "repair" : "copy", TransferPhase.Copying, progress =>
        {
            (progress.TotalFiles, progress.TotalBytes) = (planned?.Files ?? 0, planned?.Bytes ?? 0);
            return RsyncCopy.Run(what with { ComparesContents = comparesContents }, session.Processes, progress, session.Cancellation);
        });
        problems.AddRange(copied.Problems);
        if (copied.ProblemsLeftOut > 0)
        {
            problems.Add(new EntryProblem(ProblemKind.Warning, what.Destination.ToString(), $"rsync told of {copied.ProblemsLeftOut:N0} further problems"));
        }

        target?.Sync();
        return new MirrorCopy(copied.Files, copied.Bytes, copied.Deleted, WorkOf(copied), session.Time.GetElapsedTime(start));
    }

    private RsyncReport Compare() => session.During("compare", TransferPhase.Comparing, progress =>
        RsyncCopy.Run(what with { DryRun = true }, session.Processes, progress, session.Cancellation));

    private static PlannedWork WorkOf(RsyncReport report) => new(report.Files, report.Bytes, report.Files, report.Deleted, report.Updated, 0);
}
