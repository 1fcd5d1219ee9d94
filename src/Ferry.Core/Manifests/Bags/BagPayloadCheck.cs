using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>
/// Looks in a tree, before it is copied, for what no bag can hold: names that are not UTF-8, and symbolic links, which other programs take for files
/// that no manifest lists.
/// </summary>
public sealed class BagPayloadCheck : ITreeVisitor
{
    private readonly TreeRoot _root;
    private readonly int _maxProblems;
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];

    private BagPayloadCheck(TreeRoot root, int maxProblems) => (_root, _maxProblems) = (root, maxProblems);

    /// <summary>Walks the tree below <paramref name="root"/>.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="excludes">Names that take no part.</param>
    /// <param name="maxProblems">After so many no more are kept.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <returns>What is in the way, sorted by path; what cannot be read is left to the copy.</returns>
    /// <exception cref="LinuxException">The root itself cannot be read.</exception>
    public static IReadOnlyList<EntryProblem> Run(
        TreeRoot root, IgnorePatterns? excludes, int maxProblems, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var check = new BagPayloadCheck(root, maxProblems);
        TreeWalker.Walk(root, excludes, check, limiter, cancellation);
        check._problems.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return check._problems;
    }

    /// <inheritdoc/>
    public void Visit(DirectoryNode node, EngineWorker worker)
    {
        foreach (ref readonly var entry in node.Entries)
        {
            var name = node.NameOf(entry);
            if (BagWriter.WhyRefused(name) is { } reason)
            {
                Add(node, name, reason);
            }
            else if (entry.Status.Kind == EntryKind.Symlink)
            {
                Add(node, name, "is a symbolic link, which no bag can have: exclude it");
            }
        }

        node.Release();
    }

    /// <inheritdoc/>
    public void Report(EntryProblem problem)
    {
        // The copy names what it cannot read.
    }

    private void Add(DirectoryNode node, ReadOnlySpan<byte> name, string reason)
    {
        lock (_lock)
        {
            if (_problems.Count < _maxProblems)
            {
                _problems.Add(new EntryProblem(ProblemKind.Failure, _root.Display(PathText.Join(node.GetPath(), name)), reason));
            }
        }
    }
}
