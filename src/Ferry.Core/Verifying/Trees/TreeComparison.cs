using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>
/// Compares the names and the metadata of a target with its source's, without reading contents. The times of the roots themselves are not
/// compared: whoever writes a manifest there changes them.
/// </summary>
public sealed class TreeComparison : IPairVisitor
{
    private readonly TreeRoot _source;
    private readonly TreeRoot _target;
    private readonly TransferProgress _progress;
    private readonly int _maxShown;
    private readonly AttributeComparison _attributes = new();
    private readonly LinkComparison _links = new();
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];
    private readonly List<OneSided> _directories = [];
    private readonly ShownList<TreeName> _missing;
    private readonly ShownList<TreeName> _extra;
    private readonly ShownList<DifferingEntry> _differing;
    private long _compared;

    private TreeComparison(TreeRoot source, TreeRoot target, TransferProgress progress, int maxShown)
    {
        _source = source;
        _target = target;
        _progress = progress;
        _maxShown = maxShown;
        _missing = new ShownList<TreeName>(static name => name.Path, maxShown);
        _extra = new ShownList<TreeName>(static name => name.Path, maxShown);
        _differing = new ShownList<DifferingEntry>(static entry => entry.Path, maxShown);
    }

    /// <summary>Compares the trees.</summary>
    /// <param name="source">What should be.</param>
    /// <param name="target">What is.</param>
    /// <param name="excludes">Names that take no part on either side; null for none.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="progress">Counts the names.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <param name="maxShown">Names of each list that the report shows.</param>
    /// <exception cref="LinuxException">A root has no status.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TreeComparisonReport Run(
        TreeRoot source,
        TreeRoot target,
        IgnorePatterns? excludes,
        AdaptiveLimiter limiter,
        TransferProgress progress,
        CancellationToken cancellation,
        int maxShown = TreeComparisonReport.MaxShown)
    {
        var comparison = new TreeComparison(source, target, progress, maxShown);
        var walker = new TreePairWalker(source, target, excludes, comparison);
        var root = walker.Root();
        comparison.CompareRoots(root);
        walker.Run(root, limiter, cancellation);
        return comparison.ToReport();
    }

    /// <summary>A directory that one side lacks, with what the walk has found below it.</summary>
    private sealed class OneSided(byte[] path, bool isMissing)
    {
        public long Files;
        public long Bytes;

        public bool IsMissing => isMissing;

        public TreeName ToName() => new(path, EntryKind.Directory, Files, Bytes);
    }

    PairDirectory? IPairVisitor.Visit(in EntryPair pair, EngineWorker worker)
    {
        if (pair is { Source: { } source, Target: { } target })
        {
            return VisitBoth(pair, source, target, worker);
        }

        // What is not copied is not missing either: devices, sockets, FIFOs.
        return pair.Source is { Kind: EntryKind.Other } ? null : VisitOneSided(pair, (pair.Source ?? pair.Target)!.Value);
    }

    void IPairVisitor.Report(TreeSide side, EntryProblem problem) => Report(problem);

    private PairDirectory? VisitBoth(in EntryPair pair, in FileStatus source, in FileStatus target, EngineWorker worker)
    {
        Interlocked.Increment(ref _compared);
        _progress.AddCompared(1);
        var facts = Compare(pair, source, target, worker);
        if (facts != EntryFacts.None)
        {
            _differing.Add(new DifferingEntry(pair.Path, facts));
        }

        return source.Kind == EntryKind.Directory && target.Kind == EntryKind.Directory ? pair.AsDirectory(source, target, null) : null;
    }

    private PairDirectory? VisitOneSided(in EntryPair pair, in FileStatus status)
    {
        var (isMissing, isDirectory) = (pair.Source is not null, status.Kind == EntryKind.Directory);
        var bytes = status.Kind == EntryKind.File ? status.Size : 0;
        var above = pair.Directory.Tag as OneSided;
        if (above is not null && !isDirectory)
        {
            Interlocked.Increment(ref above.Files);
            Interlocked.Add(ref above.Bytes, bytes);
        }
        else if (above is null && !isDirectory)
        {
            (isMissing ? _missing : _extra).Add(new TreeName(pair.Path, status.Kind, 1, bytes));
        }
        else if (above is null)
        {
            above = new OneSided(pair.Path, isMissing);
            lock (_lock)
            {
                _directories.Add(above);
            }
        }

        return isDirectory ? pair.AsDirectory(pair.Source, pair.Target, above) : null;
    }

    private EntryFacts Compare(in EntryPair pair, in FileStatus source, in FileStatus target, EngineWorker worker)
    {
        if (source.Kind != target.Kind)
        {
            return EntryFacts.Kind;
        }

        var facts = source.Modified.SurvivesAs(target.Modified) ? EntryFacts.None : EntryFacts.Modified;
        facts |= CompareOwnership(source, target);
        switch (source.Kind)
        {
            case EntryKind.Other:
                return EntryFacts.None;
            case EntryKind.Symlink:
                return facts | CompareLinkTargets(pair, worker);
            case EntryKind.File:
                _links.Add(pair);
                facts |= source.Size == target.Size ? EntryFacts.None : EntryFacts.Size;
                break;
        }

        return facts | CompareModeAndAttributes(pair, source, target);
    }

    private void CompareRoots(PairDirectory root)
    {
        var pair = new EntryPair(root, ".\0"u8, _source.Fd, _target.Fd, root.Source, root.Target);
        var (source, target) = (root.Source!.Value, root.Target!.Value);
        var facts = CompareOwnership(source, target) | CompareModeAndAttributes(pair, source, target);
        if (facts != EntryFacts.None)
        {
            _differing.Add(new DifferingEntry([], facts));
        }
    }

    private static EntryFacts CompareOwnership(in FileStatus source, in FileStatus target) =>
        Kernel.EffectiveUser != 0
            ? EntryFacts.None
            : (source.Uid == target.Uid ? EntryFacts.None : EntryFacts.Owner) | (source.Gid == target.Gid ? EntryFacts.None : EntryFacts.Group);

    private EntryFacts CompareModeAndAttributes(in EntryPair pair, in FileStatus source, in FileStatus target)
    {
        var facts = source.Permissions == target.Permissions ? EntryFacts.None : EntryFacts.Mode;
        var result = _attributes.Compare(pair);
        if (result < 0)
        {
            Report(EntryProblem.OfRead(_target.Display(pair.Path), "read the extended attributes of", -result));
        }

        return facts | (result == 1 ? EntryFacts.Attributes : EntryFacts.None);
    }

    private EntryFacts CompareLinkTargets(in EntryPair pair, EngineWorker worker)
    {
        var source = worker.Data.AsSpan(0, SymlinkCopier.LongestTarget);
        var target = worker.Data.AsSpan(SymlinkCopier.LongestTarget, SymlinkCopier.LongestTarget);
        var sourceLength = (int)Kernel.ReadSymlink(pair.SourceFd, pair.Name, source);
        var targetLength = (int)Kernel.ReadSymlink(pair.TargetFd, pair.Name, target);
        if (sourceLength < 0 || targetLength < 0)
        {
            var (root, errno) = sourceLength < 0 ? (_source, -sourceLength) : (_target, -targetLength);
            Report(EntryProblem.OfCall(root.Display(pair.Path), "readlink", errno));
            return EntryFacts.None;
        }

        return source[..sourceLength].SequenceEqual(target[..targetLength]) ? EntryFacts.None : EntryFacts.LinkTarget;
    }

    private TreeComparisonReport ToReport()
    {
        _directories.ForEach(directory => (directory.IsMissing ? _missing : _extra).Add(directory.ToName()));
        var relinked = new ShownList<byte[]>(static path => path, _maxShown);
        _links.FindRelinked(relinked);
        if (_attributes.Untaken > 0)
        {
            _problems.Add(new EntryProblem(
                ProblemKind.Warning,
                _target.Path,
                $"the file system cannot keep the extended attributes of {_attributes.Untaken} entries; they were not compared"));
        }

        _problems.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new TreeComparisonReport(_missing, _extra, _differing, relinked, _compared, _problems);
    }

    private void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
        }
    }
}
