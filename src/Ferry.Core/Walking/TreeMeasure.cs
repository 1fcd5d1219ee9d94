using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Walking;

/// <summary>Counts what a tree holds.</summary>
public sealed class TreeMeasure : ITreeVisitor
{
    private long _files;
    private long _bytes;
    private long _directories;

    private TreeMeasure()
    {
    }

    /// <summary>Walks the tree below <paramref name="root"/>. What cannot be read is not counted.</summary>
    /// <exception cref="LinuxException">The root itself cannot be read.</exception>
    public static TreeTotals Of(TreeRoot root, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var measure = new TreeMeasure();
        TreeWalker.Walk(root, null, measure, limiter, cancellation);
        return new TreeTotals(measure._files, measure._bytes, measure._directories);
    }

    /// <inheritdoc/>
    public void Visit(DirectoryNode node, EngineWorker worker)
    {
        var (files, bytes) = (0L, 0L);
        foreach (ref readonly var entry in node.Entries)
        {
            files += entry.Status.Kind is EntryKind.File or EntryKind.Symlink ? 1 : 0;
            bytes += entry.Status.Kind == EntryKind.File ? entry.Status.Size : 0;
        }

        node.Release();
        Interlocked.Add(ref _files, files);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _directories);
    }

    /// <inheritdoc/>
    public void Report(EntryProblem problem)
    {
        // A measure is an estimate for people; a sync of the same tree names what it cannot read.
    }
}
