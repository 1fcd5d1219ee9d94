using Ferry.Core.Concurrency;
using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>Receives a walk. Called on several threads at once, but for one directory once, and for a parent before its children.</summary>
public interface ITreeVisitor
{
    /// <summary>A directory was listed and all its entries have their status.</summary>
    /// <param name="node">The directory; the visitor may keep it, or release its entries.</param>
    /// <param name="worker">Buffers of the calling thread.</param>
    void Visit(DirectoryNode node, EngineWorker worker);

    /// <summary>A directory or entry could not be read. The walk goes on beside it.</summary>
    /// <param name="problem">What failed; its kind tells whether it merely vanished.</param>
    void Report(EntryProblem problem);
}

/// <summary>
/// Walks a tree in parallel: one piece of work per directory, and one per range of entries where a directory is large, so that
/// the round trips of a slow file system overlap. Links are never followed; mount points are.
/// </summary>
public sealed class TreeWalker
{
    // Entries whose status one worker asks for in turn. At 1 ms a request this is the longest that one range takes, 0.1 s.
    private const int RangeSize = 128;

    private readonly TreeRoot _root;
    private readonly IgnorePatterns? _excludes;
    private readonly ITreeVisitor _visitor;

    private TreeWalker(TreeRoot root, IgnorePatterns? excludes, ITreeVisitor visitor)
    {
        _root = root;
        _excludes = excludes;
        _visitor = visitor;
    }

    /// <summary>Walks everything below <paramref name="root"/>; returns when the last directory was visited.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="excludes">Names that take no part; null for none.</param>
    /// <param name="visitor">Receives directories and problems.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="LinuxException">The root itself has no status.</exception>
    public static void Walk(
        TreeRoot root, IgnorePatterns? excludes, ITreeVisitor visitor, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        Kernel.OrThrow(Kernel.StatusOf(root.Fd, out var status), "statx", root.Path);
        var walker = new TreeWalker(root, excludes, visitor);
        var first = new WalkItem(new DirectoryNode(null, default, status), 0, -1);
        var options = new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-walk" };
        new WorkPool<WalkItem, EngineWorker>(options, static () => new EngineWorker(), walker.Process).Run([first], cancellation);
    }

    /// <summary>A directory to list (End is -1), or a range of its entries that need their status.</summary>
    private readonly record struct WalkItem(DirectoryNode Node, int Start, int End);

    private WorkAmount Process(WalkItem item, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        var path = item.Node.WritePath(worker.SourcePath);
        var fd = _root.OpenDirectory(path);
        if (fd < 0)
        {
            Report(item.Node, "open", -fd);
            return new WorkAmount(0);
        }

        try
        {
            if (item.End >= 0)
            {
                return AskStatus(item, fd, worker, pool);
            }

            return List(item.Node, fd, worker, pool);
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private WorkAmount List(DirectoryNode node, int fd, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        var result = worker.Directory.Read(fd, (name, isDirectory) => Accepts(node, name, isDirectory, worker));
        if (result < 0)
        {
            Report(node, "getdents64", -result);
            return new WorkAmount(0);
        }

        var (names, entries) = worker.Directory.ToListing();
        node.SetListing(names, entries);
        if (entries.Length <= RangeSize)
        {
            node.PendingRanges = 1;
            return AskStatus(new WalkItem(node, 0, entries.Length), fd, worker, pool);
        }

        node.PendingRanges = (entries.Length + RangeSize - 1) / RangeSize;
        for (var start = 0; start < entries.Length; start += RangeSize)
        {
            pool.Add(new WalkItem(node, start, Math.Min(start + RangeSize, entries.Length)));
        }

        return new WorkAmount(0);
    }

    /// <summary>A directory may vanish; a root that does would leave a tree without anything in it, as if all had been removed on purpose.</summary>
    private void Report(DirectoryNode node, string operation, int errno)
    {
        var path = _root.Display(node.GetPath());
        _visitor.Report(node.Parent is null ? EntryProblem.OfCall(path, operation, errno) : EntryProblem.OfRead(path, operation, errno));
    }

    private bool Accepts(DirectoryNode node, ReadOnlySpan<byte> name, bool isDirectory, EngineWorker worker)
    {
        if (TemporaryName.IsTemporary(name))
        {
            return false;
        }

        if (_excludes is null)
        {
            return true;
        }

        var path = node.WritePath(worker.ScratchPath);
        path.Append(name);
        return !_excludes.IsIgnored(path.Path, isDirectory);
    }

    private WorkAmount AskStatus(WalkItem item, int fd, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        var entries = item.Node.RawEntries;
        for (var i = item.Start; i < item.End; i++)
        {
            var result = Kernel.StatusOf(fd, item.Node.TerminatedNameOf(entries[i]), out entries[i].Status);
            if (result < 0)
            {
                _visitor.Report(EntryProblem.OfRead(
                    _root.Display(item.Node.GetPath(), item.Node.NameOf(entries[i])), "statx", -result));
                entries[i].NameLength = 0;
            }
        }

        if (Interlocked.Decrement(ref item.Node.PendingRanges) == 0)
        {
            Complete(item.Node, worker, pool);
        }

        return new WorkAmount(0, item.End - item.Start + 1);
    }

    private void Complete(DirectoryNode node, EngineWorker worker, WorkPool<WalkItem, EngineWorker> pool)
    {
        // A name without a length has no status, or is a directory that the listing could not know to be excluded.
        var entries = node.RawEntries;
        var kept = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var isDirectory = entries[i].Status.Kind == EntryKind.Directory;
            if (entries[i].NameLength > 0
                && (!isDirectory || _excludes is null || Accepts(node, node.NameOf(entries[i]), true, worker)))
            {
                entries[kept++] = entries[i];
            }
        }

        Array.Resize(ref entries, kept);
        var names = node.RawNames;
        EntrySort.SortByName(entries, names);
        node.SetListing(names, entries);

        var children = ChildrenOf(node);
        _visitor.Visit(node, worker);
        foreach (var child in children)
        {
            pool.Add(new WalkItem(child, 0, -1));
        }
    }

    private static List<DirectoryNode> ChildrenOf(DirectoryNode node)
    {
        var children = new List<DirectoryNode>();
        foreach (ref readonly var entry in node.Entries)
        {
            if (entry.Status.Kind == EntryKind.Directory)
            {
                children.Add(new DirectoryNode(node, node.NameOf(entry), entry.Status));
            }
        }

        return children;
    }
}
