using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Makes the plan of a sync: walks the source and, in the same pass, compares each directory with the record of the last sync and with
/// the target. Reads only status, never contents, and writes nothing.
/// </summary>
public sealed class TreePlanner : ITreeVisitor
{
    private readonly TreeRoot _source;
    private readonly TreeRoot? _target;
    private readonly PriorTree _prior;
    private readonly CopyOptions _options;
    private readonly Timestamp _racyFrom;
    private readonly Lock _lock = new();
    private readonly List<DirectoryPlan> _directories = [];
    private readonly List<EntryProblem> _problems = [];
    private Dictionary<(ulong Device, ulong Inode), LinkGroup>? _links;
    private long _changedOnTarget;

    private TreePlanner(TreeRoot source, TreeRoot? target, PriorTree prior, CopyOptions options, Timestamp now)
    {
        _source = source;
        _target = target;
        _prior = prior;
        _options = options;
        _racyFrom = now.Minus(options.RacyWindow);
    }

    /// <summary>Makes a plan.</summary>
    /// <param name="source">The tree to stage.</param>
    /// <param name="target">Where it is staged; null when that does not exist yet.</param>
    /// <param name="manifestPath">The target's manifest; it need not exist.</param>
    /// <param name="options">How.</param>
    /// <param name="now">The time of the walk.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="LinuxException">The source's root cannot be read.</exception>
    public static TreePlan Make(
        TreeRoot source, TreeRoot? target, string manifestPath, CopyOptions options, Timestamp now, CancellationToken cancellation)
    {
        var problems = new List<EntryProblem>();
        var prior = PriorTree.Open(manifestPath, problems);
        var planner = new TreePlanner(source, target, prior, options, now);
        problems.ForEach(planner.Report);
        TreeWalker.Walk(source, options.Excludes, planner, options.Limiter, cancellation);
        return planner.Finish();
    }

    /// <inheritdoc/>
    public void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
        }
    }

    /// <inheritdoc/>
    public void Visit(DirectoryNode node, EngineWorker worker)
    {
        var parent = node.Parent?.Tag as DirectoryPlan;
        var plan = new DirectoryPlan
        {
            Node = node,
            Prior = parent is null ? _prior.RootPosition : _prior.FindChild(parent.Prior, node.Name),
        };
        var path = node.WritePath(worker.TargetPath);
        var target = parent is null || parent.TargetExists ? OpenTarget(path) : -Errno.ENOENT;
        try
        {
            plan.TargetExists = target >= 0;
            Compare(plan, path, target, worker);
        }
        finally
        {
            if (target >= 0)
            {
                Kernel.Close(target);
            }
        }

        node.Tag = plan;
        lock (_lock)
        {
            _directories.Add(plan);
        }
    }

    private int OpenTarget(PathBuffer path)
    {
        if (_target is null)
        {
            return -Errno.ENOENT;
        }

        var fd = _target.OpenDirectory(path);
        if (fd < 0 && fd is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP))
        {
            Report(EntryProblem.OfCall(_target.Display(path.Path), "open", -fd));
        }

        return fd;
    }

    private void Compare(DirectoryPlan plan, PathBuffer path, int target, EngineWorker worker)
    {
        var isCommitted = ReadPrior(plan, path, worker);
        plan.RefreshDirectory = NeedsRefresh(plan, target, out var isUntouched);
        // Every file that came or went would have moved the directory's time, which was set when it was staged.
        var isVouchedFor = isUntouched && isCommitted && !_options.ChecksEveryFile;
        var comparison = new DirectoryComparison(plan, worker.PriorEntries, path, target, isVouchedFor, this);
        comparison.Run();
        Interlocked.Add(ref _changedOnTarget, comparison.ChangedOnTarget);
        plan.IsRecorded = isCommitted && comparison.IsUnchanged;
        if (plan.IsRecorded && !comparison.HasLinks && _options.Role != TargetRole.None)
        {
            plan.Release();
        }
    }

    private bool ReadPrior(DirectoryPlan plan, PathBuffer path, EngineWorker worker)
    {
        worker.PriorEntries.Clear();
        if (_prior.IsEmpty)
        {
            return false;
        }

        try
        {
            return _prior.Read(plan.Prior, path, worker.PriorEntries, worker.Encoded);
        }
        catch (ManifestException e)
        {
            Report(new EntryProblem(ProblemKind.Warning, path.Length == 0 ? "." : PathText.Display(path.Path), $"{e.Message}; staged again"));
            worker.PriorEntries.Clear();
            return false;
        }
    }

    private bool NeedsRefresh(DirectoryPlan plan, int target, out bool isUntouched)
    {
        isUntouched = false;
        if (target < 0 || plan.Prior < 0)
        {
            return true;
        }

        var source = plan.Node.Status;
        var prior = _prior.Committed!.Index[plan.Prior];
        if (Kernel.StatusOf(target, out var found) < 0)
        {
            return true;
        }

        isUntouched = prior.Modified.SurvivesAs(found.Modified);
        return prior.IsGone || source.Changed != prior.Changed || !source.Modified.SurvivesAs(found.Modified)
            || found.Permissions != source.Permissions;
    }

    /// <summary>Called by the comparison of a directory for a file with several names.</summary>
    internal void AddLinked(in FileStatus source, LinkGroup.Member member)
    {
        lock (_lock)
        {
            _links ??= [];
            if (!_links.TryGetValue((source.Device, source.Inode), out var group))
            {
                _links.Add((source.Device, source.Inode), group = new LinkGroup());
            }

            group.Add(member);
        }
    }

    internal bool IsDistrusted(PathBuffer directory, ReadOnlySpan<byte> name) =>
        _options.Distrusted is { } distrusted && distrusted.Contains(PathText.Join(directory.Path, name));

    internal bool WasIntended(PathBuffer directory, ReadOnlySpan<byte> name, in FileStatus found) =>
        _prior.WasIntended(directory, name, found);

    internal bool MayHaveUnrecorded => _prior.MayHaveUnrecorded;

    internal TargetRole Role => _options.Role;

    internal bool Rehashes => _options.Rehashes;

    internal bool Deletes => _options.Delete;

    internal Timestamp RacyFrom => _racyFrom;

    internal string DisplaySource(PathBuffer directory, ReadOnlySpan<byte> name) => _source.Display(directory.Path, name);

    internal string DisplayTarget(PathBuffer directory, ReadOnlySpan<byte> name) =>
        _target is null ? PathText.Display(PathText.Join(directory.Path, name)) : _target.Display(directory.Path, name);

    private TreePlan Finish()
    {
        var groups = ResolveLinks();
        var gone = FindGone();
        if (_problems.Exists(static problem => problem.Kind == ProblemKind.Failure))
        {
            // What could not be read looks as if it were gone: nothing is removed on such evidence.
            _directories.ForEach(static plan => plan.Removals = null);
            gone.Clear();
        }

        var summary = new PlanSummary(_directories, releases: _options.Role != TargetRole.None);
        var work = summary.Work with { Removals = summary.Work.Removals + (_options.Delete ? CountNames(gone) : 0) };
        return new TreePlan(_directories, groups, gone, _prior, work, summary.Totals)
        {
            Problems = _problems,
            RacyFrom = _racyFrom,
            ChangedOnTarget = _changedOnTarget,
            UnfinishedBytes = _target is null ? 0 : UnfinishedFiles.BytesOn(_target, _prior.UnfinishedFiles),
            RefreshesDirectories = summary.RefreshesDirectories,
            ChangesRecords = summary.ChangesRecords || _prior.HasUnfinishedRuns || gone.Exists(position => _options.Delete || !_prior.Committed!.Index[position].IsGone),
        };
    }

    private List<LinkGroup> ResolveLinks()
    {
        var groups = new List<LinkGroup>();
        foreach (var group in _links?.Values ?? Enumerable.Empty<LinkGroup>())
        {
            group.Resolve();
            if (group.Members.Count > 1)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>The directories themselves and what was staged in them.</summary>
    private long CountNames(List<int> directories)
    {
        var names = (long)directories.Count;
        var entries = new ByteBuffer();
        foreach (var position in directories)
        {
            names += _prior.CountEntries(position, entries);
        }

        return names;
    }

    private List<int> FindGone()
    {
        if (_prior.Committed is not { } committed)
        {
            return [];
        }

        var seen = new bool[committed.Index.Count];
        foreach (var plan in _directories)
        {
            if (plan.Prior >= 0)
            {
                seen[plan.Prior] = true;
            }
        }

        var gone = new List<int>();
        for (var i = 0; i < seen.Length; i++)
        {
            if (!seen[i])
            {
                gone.Add(i);
            }
        }

        return gone;
    }
}
