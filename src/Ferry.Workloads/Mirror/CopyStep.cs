using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror;

/// <summary>Brings the target to what the source is, reading the source once.</summary>
internal sealed class CopyStep(
    MirrorSession session, MirrorOptions options, MirrorPlaces places, MirrorRecords records, List<EntryProblem> problems, CopyOptions copying)
{
    /// <summary>What a copy would do.</summary>
    public MirrorCopy Plan()
    {
        var start = session.Time.GetTimestamp();
        using var plan = session.During("compare", TransferPhase.Comparing, _ => MakePlan());
        problems.AddRange(plan.Problems);
        var extra = options.Delete && places.Target is not null ? PlanRemoval(ExtraScope.All) : null;
        return new MirrorCopy(0, 0, 0, plan.Work, session.Time.GetElapsedTime(start)) { Removals = extra?.Names };
    }

    /// <summary>Copies. The second value says why it ended early, or is null.</summary>
    public (MirrorCopy Copied, string? Error) Run()
    {
        var start = session.Time.GetTimestamp();
        return session.During("copy", TransferPhase.Comparing, progress => Run(progress, start));
    }

    private (MirrorCopy Copied, string? Error) Run(TransferProgress progress, long start)
    {
        var removed = options.Delete ? Remove(ExtraScope.InTheWay) : 0;
        using var plan = MakePlan();
        if (new SpaceCheck().Claim(plan, places.Target!.Path) is { } lacking)
        {
            problems.AddRange(plan.Problems);
            return (new MirrorCopy(0, 0, 0, plan.Work, session.Time.GetElapsedTime(start)), lacking);
        }

        (progress.TotalFiles, progress.TotalBytes, progress.Phase) = (plan.Work.Files, plan.Work.Bytes, TransferPhase.Copying);
        var copied = TreeCopier.Run(plan, places.Source, places.Target, RecordPath, copying, progress, session.Cancellation);
        problems.AddRange(copied.Problems);
        if (options.Delete && copied.IsComplete)
        {
            removed += Remove(ExtraScope.All);
        }

        var figures = new MirrorCopy(copied.Files, copied.Bytes, copied.Removed + removed, plan.Work, session.Time.GetElapsedTime(start));
        return (figures, copied switch
        {
            { RanOutOfSpace: true } => $"{places.Target.Path} is full: {copied.Files:N0} files arrived; make room and run it again",
            { HadTooManyFailures: true } => $"stopped after more than {options.MaxErrors:N0} failures; the same command goes on from there",
            _ => null,
        });
    }

    /// <summary>Removes names of the target that the source does not have; how many.</summary>
    private long Remove(ExtraScope scope)
    {
        var plan = PlanRemoval(scope);
        if (plan.Names.Count == 0)
        {
            return 0;
        }

        var report = ExtraRemover.Run(plan, places.Target!, copying.Limiter, session.Cancellation);
        problems.AddRange(report.Problems);
        return report.Files + report.Directories;
    }

    private ExtraPlan PlanRemoval(ExtraScope scope) =>
        ExtraRemover.Plan(places.Source, places.Target!, copying.Excludes, scope, copying.Limiter, session.Cancellation);

    private TreePlan MakePlan() => TreePlanner.Make(places.Source, places.Target, RecordPath, copying, session.Now, session.Cancellation);

    private string RecordPath => records.OfPair(places.Source.RealPath, places.Target?.RealPath ?? PathNesting.RealPathOf(options.TargetTree!));
}
