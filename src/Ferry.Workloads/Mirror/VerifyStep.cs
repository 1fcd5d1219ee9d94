using Ferry.Core.Copying;
using Ferry.Core.Hashing.Trees;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Receipts;

namespace Ferry.Workloads.Mirror;

/// <summary>Re-reads a tree, past the page cache, and compares it with a manifest.</summary>
internal sealed class VerifyStep(
    MirrorSession session, MirrorOptions options, MirrorPlaces places, MirrorRecords records, Func<PathSet, CopyStep>? copier, List<EntryProblem> problems)
{
    private TreeRoot Target => places.Target ?? places.Source;

    /// <summary>Verifies.</summary>
    /// <param name="manifest">What should be there.</param>
    /// <param name="hashing">How the target is read.</param>
    /// <param name="compared">Names that take no part in comparing the target with the source.</param>
    public MirrorVerification Run(FoundManifest manifest, CopyOptions hashing, IgnorePatterns? compared)
    {
        var start = session.Time.GetTimestamp();
        var (check, hashed) = Check(manifest, hashing, options.Sample);
        problems.AddRange(hashed.Problems);
        var report = new MirrorVerification
        {
            Manifest = manifest.Path,
            Listed = manifest.Sums.Count,
            Good = check.Good,
            Bytes = hashed.Bytes,
            Trusted = check.Trusted,
            Left = check.Left,
            Missing = check.Missing,
            Extra = check.Extra,
            TreeBytes = hashed.Totals.Bytes,
            Unread = check.Failed,
            Changed = FindRanges(manifest, hashing, check.Changed),
            WrongReceipt = MirrorReceipt.WhyWrong(options, manifest),
            IsOtherAlgorithm = manifest.IsGuess && check.Good == 0 && check.Changed.Count > 0,
        };
        if (options.Repair && !report.IsGood)
        {
            report = Repair(report, manifest, hashing);
        }

        if (places.Target is { } target)
        {
            report = report with { Comparison = Compare(target, hashing with { Excludes = compared }) };
        }

        return report with { Elapsed = session.Time.GetElapsedTime(start) };
    }

    /// <summary>Where the wrong files differ from the source, if that is at hand; with a repair those ranges are rewritten.</summary>
    private IReadOnlyList<WrongFile> FindRanges(FoundManifest manifest, CopyOptions hashing, IReadOnlyList<byte[]> changed)
    {
        if (changed.Count == 0 || places.Target is not { } target)
        {
            return [.. changed.Select(static path => new WrongFile(path, [], false, null))];
        }

        RepairItem[] items = [.. changed.Select(path => new RepairItem(path, manifest.Sums.DigestOf(manifest.Sums.Find(path))))];
        var how = new RepairOptions { Algorithm = manifest.Algorithm, Writes = options.Repair, Limiter = hashing.Limiter, Bandwidth = hashing.Bandwidth };
        var found = session.During(options.Repair ? "repair" : "locate", TransferPhase.Copying, progress =>
            RangeRepair.Run(items, places.Source, target, how, progress, session.Cancellation));
        return [.. found.Select(static file => new WrongFile(
            file.Path, [.. file.Ranges.Select(static range => (range.Offset, range.Length))], file.Outcome == RepairOutcome.Repaired, file.Problem?.Reason))];
    }

    /// <summary>Brings from the source what is missing or was not to be repaired in place; then all of it must be right.</summary>
    private MirrorVerification Repair(MirrorVerification report, FoundManifest manifest, CopyOptions hashing)
    {
        var wanted = new PathSet();
        foreach (var path in report.Missing.Concat(report.Changed.Where(static file => !file.IsRepaired).Select(static file => file.Path)))
        {
            wanted.Add(path);
        }

        if (wanted.Count > 0 && copier!(wanted).Run().Error is { } error)
        {
            problems.Add(new EntryProblem(ProblemKind.Failure, Target.Path, error));
            return report;
        }

        foreach (var file in report.Changed)
        {
            wanted.Add(file.Path);
        }

        var (check, hashed) = Check(manifest, hashing with { Rehashes = true }, ContentScope.Only(wanted));
        problems.AddRange(hashed.Problems);
        var wrong = new PathSet();
        foreach (var path in check.Changed.Concat(check.Missing).Concat(check.Failed))
        {
            wrong.Add(path);
        }

        return report with
        {
            Missing = [.. report.Missing.Where(path => wrong.Contains(path))],
            Restored = [.. report.Missing.Where(path => !wrong.Contains(path))],
            Changed = [.. report.Changed.Select(file => file with { IsRepaired = !wrong.Contains(file.Path) })],
        };
    }

    private TreeComparisonReport Compare(TreeRoot target, CopyOptions hashing)
    {
        var found = session.During("compare", TransferPhase.Comparing, progress =>
            TreeComparison.Run(places.Source, target, hashing.Excludes, hashing.Limiter, progress, session.Cancellation));
        problems.AddRange(found.Problems);
        return found;
    }

    private (SumCheck Check, HashReport Report) Check(FoundManifest manifest, CopyOptions hashing, ContentScope scope)
    {
        var check = new SumCheck(manifest.Sums, scope, trustsRecords: options.OnlyNew);
        var report = session.During("verify", TransferPhase.Copying, progress =>
            TreeHasher.Run(Target, records.OfTree(Target.RealPath), hashing, session.Now, check, progress, session.Cancellation));
        return (check, report);
    }
}
