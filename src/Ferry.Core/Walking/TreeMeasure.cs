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

    /// <summary>What was counted up to now; may be asked from any thread.</summary>
    public TreeTotals Totals => new(Interlocked.Read(ref _files), Interlocked.Read(ref _bytes), Interlocked.Read(ref _directories));

    /// <summary>Walks the tree below <paramref name="root"/>. What cannot be read is not counted.</summary>
    /// <exception cref="LinuxException">The root itself cannot be read.</exception>
    public static TreeTotals Of(TreeRoot root, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var measure = new TreeMeasure();
        measure.Walk(root, limiter, cancellation);
        return measure.Totals;
    }

    /// <summary>Adds what the tree below <paramref name="root"/> holds. What cannot be read is not counted.</summary>
    /// <exception cref="LinuxException">The root itself cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was counted up to then stays.</exception>
    public void Walk(TreeRoot root, AdaptiveLimiter limiter, CancellationToken cancellation) =>
        TreeWalker.Walk(root, null, this, limiter, cancellation);

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
