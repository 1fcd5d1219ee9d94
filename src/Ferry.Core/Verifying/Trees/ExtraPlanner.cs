using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>Finds what a target has and its source has not.</summary>
internal sealed class ExtraPlanner(TreeRoot target, ExtraScope scope) : IPairVisitor
{
    private readonly Lock _lock = new();
    private readonly List<ExtraDirectory> _directories = [];
    private readonly List<EntryProblem> _problems = [];
    private bool _isSourceComplete = true;

    public PairDirectory? Visit(in EntryPair pair, EngineWorker worker)
    {
        if (pair.Target is not { } found)
        {
            return EnterSource(pair);
        }

        if (pair.Source is { Kind: EntryKind.Directory } && found.Kind == EntryKind.Directory)
        {
            return Enter(pair, found, isExtra: false);
        }

        if (!IsRemoved(pair, found))
        {
            return null;
        }

        if (found.Kind == EntryKind.Directory)
        {
            return EnterExtra(pair, found);
        }

        var directory = DirectoryOf(pair);
        lock (directory.Entries)
        {
            directory.Entries.Add((pair.Name.ToArray(), found));
        }

        return EnterSource(pair);
    }

    public void Report(TreeSide side, EntryProblem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
            _isSourceComplete &= side == TreeSide.Target || problem.Kind == ProblemKind.Warning;
        }
    }

    /// <summary>The root as a directory in which something may be removed.</summary>
    public static void Begin(PairDirectory root) => root.Tag = new ExtraDirectory(root, root.Target!.Value, null, isExtra: false);

    /// <summary>What is to be done, once the walk is over.</summary>
    public ExtraPlan ToPlan(PairDirectory root, int maxShown)
    {
        _directories.Add((ExtraDirectory)root.Tag!);
        _directories.FindAll(static directory => directory.IsExtra && directory.HoldsExcluded).ForEach(directory =>
            Keep(directory, "stays although the source does not have it: it holds names that are excluded"));
        _problems.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new ExtraPlan(
            _directories.FindAll(static directory => directory.IsExtra || directory.Entries.Count > 0),
            _problems,
            _isSourceComplete || scope == ExtraScope.InTheWay,
            maxShown);
    }

    private bool IsRemoved(in EntryPair pair, in FileStatus found) => pair.Source switch
    {
        // Below a directory that is in the way everything is.
        null => scope == ExtraScope.All || pair.Directory.Source is null,
        { Kind: EntryKind.Directory } => true,
        { Kind: EntryKind.Other } => false,
        _ => found.Kind == EntryKind.Directory,
    };

    /// <summary>Of what only the source has nothing counts but whether it can be read: that is to be known before anything is removed.</summary>
    private PairDirectory? EnterSource(in EntryPair pair) =>
        scope == ExtraScope.All && pair.Source is { Kind: EntryKind.Directory } ? pair.AsDirectory(pair.Source, null, null) : null;

    private PairDirectory? EnterExtra(in EntryPair pair, in FileStatus found)
    {
        if (found.Device != DirectoryOf(pair).Known.Device)
        {
            var mounted = pair.AsDirectory(null, found, null);
            Keep(
                new ExtraDirectory(mounted, found, DirectoryOf(pair), isExtra: true),
                "stays although the source does not have it: it is another file system");
            return null;
        }

        return Enter(pair, found, isExtra: true);
    }

    private PairDirectory Enter(in EntryPair pair, in FileStatus found, bool isExtra)
    {
        var child = pair.AsDirectory(isExtra ? null : pair.Source, found, null);
        var directory = new ExtraDirectory(child, found, DirectoryOf(pair), isExtra);
        child.Tag = directory;
        lock (_lock)
        {
            _directories.Add(directory);
        }

        return child;
    }

    /// <summary>It stays, and so do the directories above it.</summary>
    private void Keep(ExtraDirectory directory, string reason)
    {
        for (var above = directory; above is { IsExtra: true }; above = above.Parent)
        {
            above.IsKept = true;
        }

        Report(TreeSide.Target, new EntryProblem(ProblemKind.Warning, target.Display(directory.Node.GetPath()), reason));
    }

    private static ExtraDirectory DirectoryOf(in EntryPair pair) => (ExtraDirectory)pair.Directory.Tag!;
}
