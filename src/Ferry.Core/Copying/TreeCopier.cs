using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Executes a plan. In order: what is in the way is removed; directories are made from the root down and files copied, each under a
/// temporary name and then renamed; further names of files are linked; directories get their mode and times; everything is synced to storage;
/// the manifest is renamed into place. A kill at any point leaves a target whose final names hold whole files, and a
/// partial manifest from which the next run goes on.
/// </summary>
public sealed class TreeCopier
{
    private readonly TreePlan _plan;
    private readonly CopyContext _context;
    private readonly SegmentRecorder _recorder;
    private readonly UnitCopier _units;
    private readonly UnfinishedFiles _unfinished;
    private readonly LargeFileCopier _largeFiles;
    private readonly LinkMaker _links;
    private readonly DirectoryFinisher _finisher;
    private readonly List<CopyUnit> _copyUnits = [];
    private readonly List<CopyUnit> _unitsWithLinks = [];

    private TreeCopier(TreePlan plan, CopyContext context, ManifestWriter writer, string manifestPath)
    {
        _plan = plan;
        _context = context;
        var attributes = new AttributeCopier();
        var recorder = _recorder = new SegmentRecorder(writer, plan.RacyFrom, context.Options.FileTimes);
        var files = new StagedFileCopier(context, attributes);
        var overwriting = new OverwriteRule(plan.Prior, context.Options.Role);
        _units = new UnitCopier(context, recorder, files, new SymlinkCopier(context), overwriting);
        _unfinished = new UnfinishedFiles(context, plan, writer);
        _largeFiles = new LargeFileCopier(context, recorder, files, overwriting, _unfinished);
        _links = new LinkMaker(context, recorder);
        _finisher = new DirectoryFinisher(context, attributes, plan.Prior, _unfinished, () => PartialManifest.OwnersSince(manifestPath, writer.Created));
    }

    /// <summary>Executes <paramref name="plan"/>; a plan is executed once.</summary>
    /// <param name="plan">Made for the same source, target and manifest.</param>
    /// <param name="source">The source's root.</param>
    /// <param name="target">The target's root, which exists.</param>
    /// <param name="manifestPath">Where the manifest lies.</param>
    /// <param name="options">The options that the plan was made with.</param>
    /// <param name="progress">Is told of files and bytes as they arrive.</param>
    /// <param name="cancellation">Stops the copy; what has arrived stays and is recorded.</param>
    /// <exception cref="LinuxException">The manifest or the sync to storage failed. Entries that fail are in the report instead.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public static CopyReport Run(
        TreePlan plan, TreeRoot source, TreeRoot target, string manifestPath, CopyOptions options, TransferProgress progress, CancellationToken cancellation)
    {
        using var context = new CopyContext(source, target, options, progress, cancellation);
        if (!plan.IsUnchanged)
        {
            Kernel.ClearUmask();
            using var writer = ManifestWriter.Create(manifestPath);
            new TreeCopier(plan, context, writer, manifestPath).Execute(writer, manifestPath, cancellation);
        }

        return new CopyReport
        {
            Files = context.Files,
            Bytes = context.Bytes,
            Removed = context.Removed,
            Totals = plan.Totals,
            Problems = [.. plan.Problems, .. context.TakeProblems()],
            RanOutOfSpace = context.RanOutOfSpace,
            HadTooManyFailures = context.HasGivenUp && !context.RanOutOfSpace,
        };
    }

    private void Execute(ManifestWriter writer, string manifestPath, CancellationToken cancellation)
    {
        try
        {
            CopyTree();
            cancellation.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (_context.HasGivenUp && !cancellation.IsCancellationRequested)
        {
            return;
        }

        if (_context.HasGivenUp || !_plan.HasRoot)
        {
            return;
        }

        if (!_plan.Problems.Concat(_context.TakeProblems()).Any(static problem => problem.Kind == ProblemKind.Failure))
        {
            // Everything was read, so the new journal holds all that the older ones did: conflicts that stay must not pile them up. After
            // a failure an older one may still be the only word on what is on the target under that name.
            PartialManifest.RemoveOlder(manifestPath, writer);
        }

        if (!_context.Options.CommitsWhatArrived && (_context.HasFailures || _plan.Problems.Any(static problem => problem.Kind != ProblemKind.Warning)))
        {
            return;
        }

        _context.Progress.Phase = TransferPhase.Committing;
        _context.Target.Sync();
        new ManifestCommit(_plan, writer).Run();
    }

    private void CopyTree()
    {
        Announce();
        _unfinished.SortOut();
        new UnfinishedRemover(_context, _plan).Run(_context.Options.Delete);
        new GoneRemover(_context, _plan).Run(_context.Options.Delete);
        if (_plan.Directories.Find(static plan => plan.Node.Parent is null) is { } root && (root.HasWork || root.Children.Count > 0))
        {
            RunPool<DirectoryPlan>([root], Prepare);
        }

        // First the first unit of every directory, then the second of each: a file system makes names in one directory one at a time.
        _copyUnits.Sort(_context.Options.InInodeOrder
            ? static (a, b) => a.FirstInode.CompareTo(b.FirstInode)
            : static (a, b) => a.Number.CompareTo(b.Number));
        try
        {
            RunPool<object>(_copyUnits, CopyContents);
        }
        finally
        {
            _largeFiles.CloseUnfinished();
        }

        RunPool<CopyUnit>(_unitsWithLinks, (unit, worker, _) => _links.Process(unit, worker));

        FinishDirectories();
        if (_context.LostAttributes > 0)
        {
            _context.Report(new EntryProblem(
                ProblemKind.Warning, _context.Target.Path, $"the file system did not take the extended attributes of {_context.LostAttributes} entries"));
        }
    }

    private void Announce()
    {
        if (_plan.Prior.MayHaveUnrecorded)
        {
            // Nothing tells a job's files from staged ones yet; and of a first run this would be all.
            return;
        }

        var worker = new EngineWorker();
        foreach (var plan in _plan.Directories)
        {
            if (plan.Actions is not null)
            {
                _recorder.Announce(plan, worker);
            }
        }
    }

    private void CopyContents(object work, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        switch (work)
        {
            case LargeFile.Range range:
                _largeFiles.CopyRange(range, worker, pool);
                break;
            case CopyUnit { IsLargeFile: true } unit:
                _largeFiles.Start(unit, worker, pool);
                break;
            case CopyUnit unit:
                _units.Process(unit, worker);
                break;
        }
    }

    private void RunPool<TItem>(IReadOnlyCollection<TItem> items, Action<TItem, EngineWorker, WorkPool<TItem, EngineWorker>> process)
    {
        if (items.Count == 0)
        {
            return;
        }

        new WorkPool<TItem, EngineWorker>(
            new WorkPoolOptions { Limiter = _context.Options.Limiter, ThreadName = "ferry-copy" },
            () => new EngineWorker(_context.Options.Algorithm),
            (item, worker, pool) =>
            {
                process(item, worker, pool);
                return worker.TakeWork();
            }).Run(items, _context.Stopping.Token);
    }

    /// <summary>Removes names, makes the missing subdirectories, and cuts the directory's work into units.</summary>
    private void Prepare(DirectoryPlan plan, EngineWorker worker, WorkPool<DirectoryPlan, EngineWorker> pool)
    {
        var path = plan.Node.WritePath(worker.TargetPath);
        var directory = _context.Target.OpenDirectory(path);
        if (directory < 0)
        {
            _context.Report(EntryProblem.OfCall(_context.Target.Display(path.Path), "open", -directory));
            return;
        }

        // A directory that is made moves the time of the one that it is in.
        plan.RefreshDirectory |= plan.Children.Exists(static child => !child.TargetExists);
        if (plan.HasWork || plan.RefreshDirectory)
        {
            // Only then is its own mode set again in the end.
            TargetDirectory.MakeWritable(directory);
        }

        RemoveNames(plan, path, directory);
        if (plan.Actions is not null)
        {
            AddUnits(plan);
        }

        foreach (var child in plan.Children)
        {
            var result = child.TargetExists ? 0 : TargetDirectory.Make(directory, child.Node.Name, _context.Options.Role == TargetRole.Mirror);
            if (result < 0)
            {
                _context.Report(EntryProblem.OfCall(_context.Target.Display(path.Path, child.Node.Name), "mkdir", -result));
                continue;
            }

            pool.Add(child);
        }

        Kernel.Close(directory);
    }

    private void RemoveNames(DirectoryPlan plan, PathBuffer path, int directory)
    {
        foreach (var (name, known) in plan.Removals ?? [])
        {
            var operation = "statx";
            var result = Kernel.StatusOf(directory, name, out var found);
            // What a job has put there since the plan was made is not what was to be removed.
            if (result == 0 && found.HasSameContentsAs(known))
            {
                operation = "unlink";
                result = Kernel.Remove(directory, name);
                _context.CountRemoved(result == 0 ? 1 : 0);
            }

            if (result is < 0 and not -Errno.ENOENT)
            {
                _context.Report(EntryProblem.OfCall(_context.Target.Display(path.Path, name.AsSpan()[..^1]), operation, -result));
            }
        }
    }

    private void AddUnits(DirectoryPlan plan)
    {
        var units = CopyUnit.Split(plan);
        plan.Segments = new SegmentLocation[units.Count];
        lock (_copyUnits)
        {
            _copyUnits.AddRange(units);
            _unitsWithLinks.AddRange(units.Where(static unit => unit.HasLinks()));
        }
    }

    private void FinishDirectories()
    {
        var touched = _plan.Directories.FindAll(static plan => plan.RefreshDirectory || plan.HasWork);
        RunPool<DirectoryPlan>(touched, (plan, worker, _) => _finisher.Finish(plan, worker));

        var restricted = touched.FindAll(DirectoryFinisher.IsRestricted);
        restricted.Sort(static (a, b) => b.Node.Depth.CompareTo(a.Node.Depth));
        var worker = new EngineWorker();
        restricted.ForEach(plan => _finisher.Restrict(plan, worker));
    }
}
