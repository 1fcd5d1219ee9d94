using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Walking;

/// <summary>What fills a tree, in parts, and how old its files are. Nothing is read but names and status.</summary>
public sealed class TreeOutline : ITreeVisitor
{
    private readonly TreeRoot _tree;
    private readonly FileTime _time;
    private readonly FileAges _ages = new();
    private OutlineDirectory? _root;
    private long _directories;

    private TreeOutline(TreeRoot tree, FileTime time)
    {
        _tree = tree;
        _time = time;
    }

    /// <summary>What the tree holds.</summary>
    public TreeTotals Totals => _root is null ? default : new TreeTotals(_root.Files, _root.Bytes, _directories);

    /// <summary>Regular files by the day of their time, the oldest day first.</summary>
    public IReadOnlyList<DayTotals> Days => _ages.Days;

    /// <summary>The oldest regular files, at most twelve, the oldest first.</summary>
    public IReadOnlyList<DatedFile> Oldest => _ages.Oldest;

    /// <summary>Walks the tree below <paramref name="root"/>. What cannot be read is left out.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="time">Which time the ages are of. The access time costs another request for each file.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="LinuxException">The root itself cannot be read.</exception>
    public static TreeOutline Of(TreeRoot root, FileTime time, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var outline = new TreeOutline(root, time);
        TreeWalker.Walk(root, null, outline, limiter, cancellation);
        outline._root?.Sum();
        return outline;
    }

    /// <summary>
    /// Divides the tree into at most <paramref name="count"/> parts that together are all of it: the largest directory is divided again and
    /// again, into its largest entries and their rest. Largest first; nothing for a tree without bytes.
    /// </summary>
    public IReadOnlyList<OutlinePart> Parts(int count) => _root is { Bytes: > 0 } ? new OutlineDivision(_root, count).Parts : [];

    /// <inheritdoc/>
    public void Visit(DirectoryNode node, EngineWorker worker)
    {
        var parent = node.Parent?.Tag as OutlineDirectory;
        var (files, bytes) = (0L, 0L);
        var largest = new PriorityQueue<(byte[] Name, long Bytes), long>();
        foreach (ref readonly var entry in node.Entries)
        {
            files += entry.Status.Kind is EntryKind.File or EntryKind.Symlink ? 1 : 0;
            if (entry.Status.Kind != EntryKind.File)
            {
                continue;
            }

            bytes += entry.Status.Size;
            if (largest.Count < OutlineDirectory.MaxNamedFiles || largest.Peek().Bytes < entry.Status.Size)
            {
                largest.Enqueue((node.NameOf(entry).ToArray(), entry.Status.Size), entry.Status.Size);
                if (largest.Count > OutlineDirectory.MaxNamedFiles)
                {
                    largest.Dequeue();
                }
            }
        }

        AddAges(node, worker);
        var directory = new OutlineDirectory(parent, node.Name.ToArray())
        {
            Files = files, Bytes = bytes, Largest = [.. largest.UnorderedItems.Select(static item => item.Element).OrderByDescending(static file => file.Bytes)],
        };
        node.Tag = directory;
        node.Release();
        Interlocked.Increment(ref _directories);
        if (parent is null)
        {
            _root = directory;
        }
        else
        {
            parent.Add(directory);
        }
    }

    /// <inheritdoc/>
    public void Report(EntryProblem problem)
    {
        // An outline is for people; a sync of the same tree names what it cannot read.
    }

    private void AddAges(DirectoryNode node, EngineWorker worker)
    {
        var fd = _time == FileTime.Accessed ? _tree.OpenDirectory(node.WritePath(worker.SourcePath)) : -1;
        foreach (ref readonly var entry in node.Entries)
        {
            if (entry.Status.Kind == EntryKind.File)
            {
                var time = _time == FileTime.Changed ? entry.Status.Changed : entry.Status.Modified;
                _ages.Add(node, entry, fd >= 0 && Kernel.AccessedOf(fd, node.TerminatedNameOf(entry), out var accessed) == 0 ? accessed : time);
            }
        }

        if (fd >= 0)
        {
            Kernel.Close(fd);
        }
    }
}
