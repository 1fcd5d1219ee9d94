using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>
/// Walks a source and its target side by side: one piece of work per directory, and one per range of names where a directory is large.
/// Links are never followed. Names that are excluded take no part on either side, nor do temporary names of Ferry, but for those in a directory
/// that only the target has.
/// </summary>
internal sealed class TreePairWalker(TreeRoot source, TreeRoot target, IgnorePatterns? excludes, IPairVisitor visitor)
{
    // As in a walk of one tree: names that one worker asks for in turn.
    private const int RangeSize = 128;

    /// <summary>Walks what both roots hold; returns when the last name was visited.</summary>
    /// <exception cref="LinuxException">A root has no status.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Run(PairDirectory root, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var options = new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-compare" };
        new WorkPool<WalkItem, EngineWorker>(options, static () => new EngineWorker(), Process).Run([new WalkItem(root, 0, -1)], cancellation);
    }

    /// <summary>The roots as a directory to begin with.</summary>
    /// <exception cref="LinuxException">A root has no status.</exception>
    public PairDirectory Root(object? tag = null)
    {
        Kernel.OrThrow(Kernel.StatusOf(source.Fd, out var sourceStatus), "statx", source.Path);
        Kernel.OrThrow(Kernel.StatusOf(target.Fd, out var targetStatus), "statx", target.Path);
        return new PairDirectory(new DirectoryNode(null, default, sourceStatus), sourceStatus, targetStatus) { Tag = tag };
    }

    /// <summary>A directory to list (End is -1), or a range of its names.</summary>
    private readonly record struct WalkItem(PairDirectory Directory, int Start, int End);

    private WorkAmount Process(WalkItem item, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        var path = item.Directory.Node.WritePath(worker.SourcePath);
        var sourceFd = item.Directory.Source is null ? -1 : Open(TreeSide.Source, path);
        var targetFd = item.Directory.Target is null ? -1 : Open(TreeSide.Target, path);
        try
        {
            var isOpen = (sourceFd >= 0 || item.Directory.Source is null) && (targetFd >= 0 || item.Directory.Target is null);
            return !isOpen ? new WorkAmount(0)
                : item.End < 0 ? List(item.Directory, sourceFd, targetFd, worker, pool)
                : Visit(item, sourceFd, targetFd, worker, pool);
        }
        finally
        {
            CloseOpen(sourceFd);
            CloseOpen(targetFd);
        }
    }

    private int Open(TreeSide side, PathBuffer path)
    {
        var fd = RootOf(side).OpenDirectory(path);
        if (fd < 0)
        {
            Report(side, path.Path, default, "open", -fd);
        }

        return fd;
    }

    private WorkAmount List(
        PairDirectory directory, int sourceFd, int targetFd, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        if (!TryList(directory, TreeSide.Source, sourceFd, worker, out var sourceNames)
            || !TryList(directory, TreeSide.Target, targetFd, worker, out var targetNames))
        {
            return new WorkAmount(0);
        }

        directory.SetListings(sourceNames, targetNames);
        var count = directory.Names.Length;
        directory.PendingRanges = Math.Max(1, (count + RangeSize - 1) / RangeSize);
        if (count <= RangeSize)
        {
            return Visit(new WalkItem(directory, 0, count), sourceFd, targetFd, worker, pool);
        }

        for (var start = 0; start < count; start += RangeSize)
        {
            pool.Add(new WalkItem(directory, start, Math.Min(start + RangeSize, count)));
        }

        return new WorkAmount(0);
    }

    private bool TryList(PairDirectory directory, TreeSide side, int fd, EngineWorker worker, out PairDirectory.Listing listing)
    {
        listing = new PairDirectory.Listing([], []);
        if (fd < 0)
        {
            return true;
        }

        var result = worker.Directory.Read(fd, (name, isDirectory) => TakesPart(directory, side, name, isDirectory, worker));
        if (result < 0)
        {
            Report(side, directory.Node.GetPath(), default, "getdents64", -result);
            return false;
        }

        var (names, entries) = worker.Directory.ToListing();
        EntrySort.SortByName(entries, names);
        listing = new PairDirectory.Listing(names, entries);
        return true;
    }

    private bool TakesPart(PairDirectory directory, TreeSide side, ReadOnlySpan<byte> name, bool isDirectory, EngineWorker worker)
    {
        if (TemporaryName.IsTemporary(name))
        {
            return directory.Source is null;
        }

        if (excludes is null)
        {
            return true;
        }

        var path = directory.Node.WritePath(worker.ScratchPath);
        path.Append(name);
        var isExcluded = excludes.IsIgnored(path.Path, isDirectory);
        directory.HoldsExcluded |= isExcluded && side == TreeSide.Target;
        return !isExcluded;
    }

    private WorkAmount Visit(WalkItem item, int sourceFd, int targetFd, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        var directory = item.Directory;
        for (var i = item.Start; i < item.End && !pool.Stopping.IsCancellationRequested; i++)
        {
            var name = directory.Names[i];
            var terminated = directory.NameOf(name);
            if (!TryAsk(directory, TreeSide.Source, name.Source < 0 ? -1 : sourceFd, terminated, worker, out var sourceStatus)
                || !TryAsk(directory, TreeSide.Target, name.Target < 0 ? -1 : targetFd, terminated, worker, out var targetStatus)
                || (sourceStatus is null && targetStatus is null))
            {
                continue;
            }

            var child = visitor.Visit(new EntryPair(directory, terminated, sourceFd, targetFd, sourceStatus, targetStatus), worker);
            if (child is not null)
            {
                pool.Add(new WalkItem(child, 0, -1));
            }
        }

        if (Interlocked.Decrement(ref directory.PendingRanges) == 0)
        {
            directory.Release();
        }

        return new WorkAmount(0, item.End - item.Start + 1);
    }

    /// <summary>
    /// False when nobody knows what is there. What has vanished from the target is not there; of what has vanished from the source that cannot
    /// be said, for its place may just have been given to another.
    /// </summary>
    private bool TryAsk(
        PairDirectory directory, TreeSide side, int fd, ReadOnlySpan<byte> name, EngineWorker worker, out FileStatus? status)
    {
        status = null;
        if (fd < 0)
        {
            return true;
        }

        var result = Kernel.StatusOf(fd, name, out var found);
        if (result < 0)
        {
            var isGone = side == TreeSide.Target && result == -Errno.ENOENT;
            if (!isGone)
            {
                Report(side, directory.Node.GetPath(), name[..^1], "statx", -result);
            }

            return isGone;
        }

        // A listing may not have known it to be a directory.
        if (found.Kind != EntryKind.Directory || TakesPart(directory, side, name[..^1], true, worker))
        {
            status = found;
        }

        return true;
    }

    private TreeRoot RootOf(TreeSide side) => side == TreeSide.Source ? source : target;

    private void Report(TreeSide side, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, string operation, int errno)
    {
        var path = name.IsEmpty ? RootOf(side).Display(directory) : RootOf(side).Display(directory, name);
        visitor.Report(side, side == TreeSide.Source
            ? EntryProblem.OfRead(path, operation, errno)
            : EntryProblem.OfCall(path, operation, errno));
    }

    private static void CloseOpen(int fd)
    {
        if (fd >= 0)
        {
            Kernel.Close(fd);
        }
    }
}
