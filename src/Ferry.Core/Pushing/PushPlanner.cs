using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Makes the plan of a push: walks the staged tree, compares each directory with the record of the last sync, and asks the source only for
/// what is not as recorded. Reads no contents and writes nothing.
/// </summary>
public sealed class PushPlanner : ITreeVisitor
{
    private readonly TreeRoot _source;
    private readonly PriorTree _prior;
    private readonly Lock _lock = new();
    private readonly List<PushItem> _items = [];
    private readonly List<PushDirectory> _newDirectories = [];
    private readonly List<EntryProblem> _problems = [];

    private PushPlanner(TreeRoot source, PriorTree prior) => (_source, _prior) = (source, prior);

    /// <summary>Makes a plan.</summary>
    /// <param name="staged">The staged tree.</param>
    /// <param name="source">The persistent tree that it was staged from.</param>
    /// <param name="manifestPath">The staged tree's manifest; it need not exist.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="LinuxException">The staged tree's root cannot be read.</exception>
    public static PushPlan Make(TreeRoot staged, TreeRoot source, string manifestPath, PushOptions options, CancellationToken cancellation)
    {
        var problems = new List<EntryProblem>();
        var planner = new PushPlanner(source, PriorTree.Open(manifestPath, problems));
        problems.ForEach(planner.Report);
        TreeWalker.Walk(staged, options.Excludes, planner, options.Limiter, cancellation);
        PushUnit.Sort(planner._items, options.Urgent);
        return new PushPlan(planner._items, planner._newDirectories, planner._prior, planner._problems);
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
        var parent = node.Parent?.Tag as PushDirectory;
        var path = node.WritePath(worker.TargetPath);
        var source = parent is null || (parent.IsInSource && !parent.IsBlocked) ? _source.OpenDirectory(path) : -Errno.ENOENT;
        var prior = parent is null ? _prior.RootPosition : _prior.FindChild(parent.Prior, node.Name);
        var directory = new PushDirectory(node, parent, prior)
        {
            IsInSource = source >= 0,
            IsBlocked = source is -Errno.ENOTDIR or -Errno.ELOOP || parent is { IsBlocked: true },
            IsUnknown = (source < 0 && source is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP)) || parent is { IsUnknown: true },
        };
        node.Tag = directory;
        try
        {
            if (!directory.IsUnknown)
            {
                Compare(directory, path, source, worker);
            }
            else if (parent is not { IsUnknown: true })
            {
                Report(EntryProblem.OfCall(_source.Display(path.Path), "open", -source));
            }
        }
        finally
        {
            node.Release();
            if (source >= 0)
            {
                Kernel.Close(source);
            }
        }
    }

    private void Compare(PushDirectory directory, PathBuffer path, int source, EngineWorker worker)
    {
        ReadPrior(directory, path, worker);
        var node = directory.Node;
        var offset = 0;
        var found = 0;
        foreach (ref readonly var entry in node.Entries)
        {
            var name = node.NameOf(entry);
            var prior = FindPrior(worker.PriorEntries.Written, ref offset, name);
            if (entry.Status.Kind == EntryKind.Directory)
            {
                continue;
            }

            found += Add(directory, entry, name, prior, source) ? 1 : 0;
        }

        var isNew = !directory.IsInSource && directory.Prior < 0 && node.Entries.Length == 0;
        if (directory.IsBlocked && (found > 0 || isNew) && directory.TakeConflict() is { } blocked)
        {
            Report(new EntryProblem(ProblemKind.Conflict, _source.Display(blocked.Node.GetPath()), EntryProblem.PushKind));
        }
        else if (isNew && !directory.IsBlocked)
        {
            lock (_lock)
            {
                _newDirectories.Add(directory);
            }
        }
    }

    private bool Add(PushDirectory directory, in TreeEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> prior, int source)
    {
        if (!prior.IsEmpty && IsPlainlyKept(entry.Status, prior))
        {
            return false;
        }

        if (entry.Status.Kind == EntryKind.Other)
        {
            Report(new EntryProblem(ProblemKind.Warning, Display(directory, name), EntryProblem.Special));
            return false;
        }

        if (!TryAskSource(directory, directory.Node.TerminatedNameOf(entry), source, out var status)
            || Decide(entry.Status, prior, status) is not (not PushAction.Keep and var action))
        {
            return false;
        }

        var item = new PushItem(directory, name, entry.Status, action, prior);
        lock (_lock)
        {
            _items.Add(item);
        }

        return true;
    }

    internal static PushAction Decide(in FileStatus staged, ReadOnlySpan<byte> prior, FileStatus? source)
    {
        var offset = 0;
        return prior.IsEmpty ? PushRule.Decide(staged, source) : PushRule.Decide(staged, ManifestEntry.Read(prior, ref offset), source);
    }

    /// <summary>Spares the question to the source for all that was not touched.</summary>
    private static bool IsPlainlyKept(in FileStatus staged, ReadOnlySpan<byte> prior)
    {
        var offset = 0;
        return PushRule.Decide(staged, ManifestEntry.Read(prior, ref offset), null) == PushAction.Keep;
    }

    /// <summary>False when the source has something of that name and does not tell what.</summary>
    private bool TryAskSource(PushDirectory directory, ReadOnlySpan<byte> terminatedName, int source, out FileStatus? status)
    {
        status = null;
        if (source < 0)
        {
            return true;
        }

        var result = Kernel.StatusOf(source, terminatedName, out var found);
        if (result is 0 or -Errno.ENOENT)
        {
            status = result == 0 ? found : null;
            return true;
        }

        Report(EntryProblem.OfCall(Display(directory, terminatedName[..^1]), "statx", -result));
        return false;
    }

    private void ReadPrior(PushDirectory directory, PathBuffer path, EngineWorker worker)
    {
        worker.PriorEntries.Clear();
        if (_prior.IsEmpty)
        {
            return;
        }

        try
        {
            _prior.Read(directory.Prior, path, worker.PriorEntries, worker.Encoded);
        }
        catch (ManifestException e)
        {
            Report(new EntryProblem(ProblemKind.Warning, path.Length == 0 ? "." : PathText.Display(path.Path), $"{e.Message}; compared with the source"));
            worker.PriorEntries.Clear();
        }
    }

    /// <summary>Both sides ascend: the search goes on where the last one ended. Empty when there is no record.</summary>
    private static ReadOnlySpan<byte> FindPrior(ReadOnlySpan<byte> entries, ref int offset, ReadOnlySpan<byte> name)
    {
        while (offset < entries.Length)
        {
            var next = offset;
            var entry = ManifestEntry.Read(entries, ref next);
            var order = NameOrder.Compare(entry.Name, name);
            if (order > 0)
            {
                return default;
            }

            offset = next;
            if (order == 0)
            {
                return entry.Encoded;
            }
        }

        return default;
    }

    private string Display(PushDirectory directory, ReadOnlySpan<byte> name) =>
        _source.Display(PathText.Join(directory.Node.GetPath(), name));
}
