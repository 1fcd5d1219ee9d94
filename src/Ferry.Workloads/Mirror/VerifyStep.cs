using Ferry.Core.Copying;
using Ferry.Core.Hashing.Trees;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Receipts;

namespace Ferry.Workloads.Mirror;

/// <summary>Re-reads a tree, past the page cache, and compares it with a manifest.</summary>
internal sealed class VerifyStep(MirrorSession session, MirrorOptions options, MirrorPlaces places, MirrorRecords records, List<EntryProblem> problems)
{
    private TreeRoot Target => places.Target ?? places.Source;

    /// <summary>Verifies.</summary>
    /// <param name="manifest">What should be there.</param>
    /// <param name="hashing">How the target is read.</param>
    public MirrorVerification Run(FoundManifest manifest, CopyOptions hashing)
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
            Unread = check.Failed,
            Changed = [.. check.Changed.Select(static path => new WrongFile(path, [], false, null))],
            WrongReceipt = options.CheckedReceipt is { } receipt && MirrorReceipt.WhyWrong(receipt, manifest.DigestOfText()) is { } reason ? $"{receipt} {reason}" : null,
            IsOtherAlgorithm = manifest.IsGuess && check.Good == 0 && check.Changed.Count > 0,
        };
        if (places.Target is { } target)
        {
            report = report with { Comparison = Compare(target, hashing) };
        }

        return report with { Elapsed = session.Time.GetElapsedTime(start) };
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
