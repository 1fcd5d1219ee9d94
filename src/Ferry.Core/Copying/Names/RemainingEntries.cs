using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Names what is left of a tree that was to be removed: everything but the directories that only hold something else.</summary>
internal sealed class RemainingEntries : ITreeVisitor
{
    private readonly TreeRoot _root;
    private readonly IReadOnlyDictionary<string, EntryProblem> _reasons;
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _found = [];

    private RemainingEntries(TreeRoot root, IReadOnlyDictionary<string, EntryProblem> reasons) => (_root, _reasons) = (root, reasons);

    /// <summary>Walks the tree.</summary>
    /// <param name="root">What is left.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="reasons">Why entries are there that could not be removed, by their displayed path; the others are new or have changed.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static IReadOnlyList<EntryProblem> Find(
        TreeRoot root, AdaptiveLimiter limiter, IReadOnlyDictionary<string, EntryProblem> reasons, CancellationToken cancellation)
    {
        var remaining = new RemainingEntries(root, reasons);
        TreeWalker.Walk(root, null, remaining, limiter, cancellation);
        remaining._found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return remaining._found;
    }

    /// <inheritdoc/>
    public void Visit(DirectoryNode node, EngineWorker worker)
    {
        var directory = node.GetPath();
        if (node.Entries.IsEmpty)
        {
            Add(_root.Display(directory));
        }

        foreach (ref readonly var entry in node.Entries)
        {
            if (entry.Status.Kind != EntryKind.Directory)
            {
                Add(_root.Display(directory, node.NameOf(entry)));
            }
        }

        node.Release();
    }

    /// <inheritdoc/>
    public void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            _found.Add(problem);
        }
    }

    private void Add(string path) => Report(_reasons.TryGetValue(path, out var reason)
        ? reason
        : new EntryProblem(ProblemKind.Failure, path, "is new, or has changed since it was copied: kept"));
}
