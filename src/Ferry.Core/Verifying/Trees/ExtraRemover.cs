using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>What was removed from a target.</summary>
/// <param name="Files">Files, links and the like.</param>
/// <param name="Directories">Directories.</param>
/// <param name="Bytes">The files' sizes.</param>
/// <param name="Problems">What could not be removed, and why nothing was if the source could not be read.</param>
public sealed record ExtraReport(long Files, long Directories, long Bytes, IReadOnlyList<EntryProblem> Problems);

/// <summary>
/// Removes from a target what its source does not have. Names that are excluded are protected, with the directories that hold them. All is opened
/// beneath the root, and only what still is what was found is removed. Directories that stay keep their modes and times.
/// </summary>
public sealed class ExtraRemover
{
    private readonly TreeRoot _target;
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];
    private long _files;
    private long _directories;
    private long _bytes;

    private ExtraRemover(TreeRoot target) => _target = target;

    /// <summary>Finds what is to be removed; nothing is yet.</summary>
    /// <param name="source">What should be.</param>
    /// <param name="target">What is.</param>
    /// <param name="excludes">Names that take no part; null for none.</param>
    /// <param name="scope">All, or only what is in the way.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <param name="maxShown">Names that the plan shows.</param>
    /// <exception cref="LinuxException">A root has no status.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ExtraPlan Plan(
        TreeRoot source,
        TreeRoot target,
        IgnorePatterns? excludes,
        ExtraScope scope,
        AdaptiveLimiter limiter,
        CancellationToken cancellation,
        int maxShown = TreeComparisonReport.MaxShown)
    {
        var planner = new ExtraPlanner(target, scope);
        var walker = new TreePairWalker(source, target, excludes, planner);
        var root = walker.Root();
        ExtraPlanner.Begin(root);
        walker.Run(root, limiter, cancellation);
        return planner.ToPlan(root, maxShown);
    }

    /// <summary>Removes what the plan names. A plan runs once; one that <see cref="ExtraPlan.MayRun"/> forbids removes nothing.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what is not removed yet stays.</exception>
    public static ExtraReport Run(ExtraPlan plan, TreeRoot target, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        if (!plan.MayRun)
        {
            return new ExtraReport(0, 0, 0, [.. plan.Problems, new EntryProblem(
                ProblemKind.Failure, target.Path, "nothing was removed: what could not be read of the source looks as if it were gone")]);
        }

        var remover = new ExtraRemover(target);
        foreach (var directory in plan.Directories)
        {
            if (directory.IsExtra)
            {
                directory.Parent!.AddPending();
            }
        }

        // Directories from which only directories are to be removed: their times move too.
        var parents = plan.Directories.Select(static directory => directory.Parent).OfType<ExtraDirectory>().Where(static parent => !parent.IsExtra);
        new WorkPool<ExtraDirectory, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-delete" },
            static () => new EngineWorker(),
            (directory, worker, pool) =>
            {
                remover.RemoveEntries(directory, worker, pool.Stopping);
                remover.Finish(directory, worker);
                return worker.TakeWork();
            }).Run([.. plan.Directories.Union(parents)], cancellation);
        return new ExtraReport(remover._files, remover._directories, remover._bytes, [.. plan.Problems, .. remover._problems]);
    }

    private void RemoveEntries(ExtraDirectory directory, EngineWorker worker, CancellationToken stopping)
    {
        if (directory.Entries.Count == 0 || !TryOpen(directory, worker, out var fd))
        {
            return;
        }

        TargetDirectory.MakeWritable(fd);
        foreach (var (name, known) in directory.Entries)
        {
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            if (Remove(directory, fd, name, known))
            {
                Interlocked.Increment(ref _files);
                Interlocked.Add(ref _bytes, known.Kind == EntryKind.File ? known.Size : 0);
                worker.Work = new WorkAmount(0, worker.Work.Operations + 1);
            }
        }

        Kernel.Close(fd);
    }

    /// <summary>Once nothing is left to do in a directory it goes, and then perhaps the one above; or it gets its time back.</summary>
    private void Finish(ExtraDirectory finished, EngineWorker worker)
    {
        for (var directory = finished; directory.FinishOne(); directory = directory.Parent!)
        {
            if (!directory.IsExtra || directory.IsKept)
            {
                Restore(directory, worker);
            }
            else if (TryOpen(directory.Parent!, worker, out var parent))
            {
                TargetDirectory.MakeWritable(parent);
                _ = Remove(directory.Parent!, parent, PathText.Terminated(directory.Node.Name), directory.Known)
                    && Interlocked.Increment(ref _directories) > 0;
                Kernel.Close(parent);
            }

            if (!directory.IsExtra)
            {
                return;
            }
        }
    }

    /// <summary>Removes a name if it still is what was found. What a program has put in its place since stays.</summary>
    private bool Remove(ExtraDirectory directory, int fd, ReadOnlySpan<byte> name, in FileStatus known)
    {
        var isDirectory = known.Kind == EntryKind.Directory;
        var result = Kernel.StatusOf(fd, name, out var found);
        if (result == 0 && !(isDirectory ? IsSameInode(found, known) : found.HasSameContentsAs(known)))
        {
            Report(directory, name[..^1], "has changed since the trees were compared: kept");
            return false;
        }

        result = result < 0 ? result : Kernel.Remove(fd, name, isDirectory);
        if (result is -Errno.ENOTEMPTY or -Errno.EEXIST)
        {
            Report(directory, name[..^1], "is not empty: kept");
        }
        else if (result is < 0 and not -Errno.ENOENT)
        {
            Report(EntryProblem.OfCall(_target.Display(directory.Node.GetPath(), name[..^1]), isDirectory ? "rmdir" : "unlink", -result));
        }

        directory.IsTouched |= result == 0;
        return result == 0;
    }

    /// <summary>Opens a directory if it still is the one that was found.</summary>
    private bool TryOpen(ExtraDirectory directory, EngineWorker worker, out int fd)
    {
        var path = directory.Node.WritePath(worker.TargetPath);
        fd = _target.OpenDirectory(path);
        if (fd < 0)
        {
            Report(EntryProblem.OfCall(_target.Display(path.Path), "open", -fd));
            return false;
        }

        var result = Kernel.StatusOf(fd, out var found);
        if (result == 0 && IsSameInode(found, directory.Known))
        {
            return true;
        }

        Kernel.Close(fd);
        Report(result < 0
            ? EntryProblem.OfCall(_target.Display(path.Path), "stat", -result)
            : new EntryProblem(ProblemKind.Failure, _target.Display(path.Path), "was replaced by another directory since the trees were compared: kept"));
        return false;
    }

    private void Restore(ExtraDirectory directory, EngineWorker worker)
    {
        if (!TryOpen(directory, worker, out var fd))
        {
            return;
        }

        var result = Kernel.StatusOf(fd, out var found);
        if (result == 0 && found.Permissions != directory.Known.Permissions)
        {
            result = Kernel.SetPermissions(fd, directory.Known.Permissions);
        }

        result = result < 0 || !directory.IsTouched ? result : Kernel.SetModified(fd, directory.Known.Modified);
        Kernel.Close(fd);
        if (result < 0)
        {
            Report(EntryProblem.OfCall(_target.Display(directory.Node.GetPath()), "set mode or time", -result));
        }
    }

    private static bool IsSameInode(in FileStatus one, in FileStatus other) =>
        one.Inode == other.Inode && one.Device == other.Device && one.Kind == other.Kind;

    private void Report(ExtraDirectory directory, ReadOnlySpan<byte> name, string reason) =>
        Report(new EntryProblem(ProblemKind.Failure, _target.Display(directory.Node.GetPath(), name), reason));

    private void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
        }
    }
}
