using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>Sums of a push plan.</summary>
/// <param name="Files">Files and links to bring back; some of them may turn out to be unchanged.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Directories">Directories to make in the source.</param>
/// <param name="Conflicts">Entries that were changed on both sides; some may turn out to have equal contents.</param>
public readonly record struct PushWork(long Files, long Bytes, long Directories, long Conflicts)
{
    /// <summary>True when scratch has nothing that the source lacks.</summary>
    public bool IsEmpty => this == default;
}

/// <summary>One line of a plan, for people.</summary>
/// <param name="Path">Below the tree's root, fit for a terminal.</param>
/// <param name="Bytes">Size of the staged file.</param>
/// <param name="IsNew">The source has no such name.</param>
/// <param name="IsConflict">It was changed on both sides, or removed from the source.</param>
public readonly record struct PushEntry(string Path, long Bytes, bool IsNew, bool IsConflict);

/// <summary>Everything that a push will do, made before anything is written. Pure data.</summary>
public sealed class PushPlan : IDisposable
{
    private readonly PriorTree _prior;

    internal PushPlan(List<PushItem> items, List<PushDirectory> newDirectories, PriorTree prior, IReadOnlyList<EntryProblem> problems)
    {
        (Items, NewDirectories, _prior, Problems) = (items, newDirectories, prior, problems);
        var (files, bytes, conflicts) = (0L, 0L, 0L);
        foreach (var item in items)
        {
            var isConflict = IsConflict(item);
            conflicts += isConflict ? 1 : 0;
            files += isConflict || item.Action == PushAction.ProveStaged ? 0 : 1;
            bytes += isConflict || item.Action == PushAction.ProveStaged || item.Staged.Kind != EntryKind.File ? 0 : item.Staged.Size;
        }

        Work = new PushWork(files, bytes, newDirectories.Count, conflicts);
    }

    /// <summary>Its sums.</summary>
    public PushWork Work { get; }

    /// <summary>Latest modification time of what is to be brought back; null when that is nothing.</summary>
    public Timestamp? Newest => Items.Count == 0 ? null : Items.Max(static item => item.Staged.Modified);

    /// <summary>What could not be read or was skipped.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; }

    /// <summary>True when nothing was changed on scratch.</summary>
    public bool IsEmpty => Items.Count == 0 && NewDirectories.Count == 0;

    /// <summary>
    /// True when scratch has nothing that the source lacks: nothing was changed, and where the status leaves that open, the contents say so.
    /// </summary>
    /// <param name="staged">The staged tree's root.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public bool IsProvenEmpty(TreeRoot staged, CancellationToken cancellation)
    {
        if (!Work.IsEmpty || Problems.Any(static problem => problem.Kind != ProblemKind.Warning))
        {
            return false;
        }

        var worker = new EngineWorker();
        return Items.TrueForAll(item =>
        {
            cancellation.ThrowIfCancellationRequested();
            var directory = staged.OpenDirectory(item.Directory.Node.WritePath(worker.SourcePath));
            var isRecorded = directory >= 0 && FileCopier.HasContents(directory, item.TerminatedName, worker, item.Prior.Digest);
            if (directory >= 0)
            {
                Kernel.Close(directory);
            }

            return isRecorded;
        });
    }

    /// <summary>What would be brought back, at most <paramref name="most"/> entries, in the order of the plan.</summary>
    public IEnumerable<PushEntry> Entries(int most) => Items.Where(static item => item.Action != PushAction.ProveStaged).Take(most).Select(EntryOf);

    /// <summary>Closes the manifest that the plan was made from.</summary>
    public void Dispose() => _prior.Dispose();

    internal List<PushItem> Items { get; }

    /// <summary>Directories that are new on scratch and have nothing in them that is to be brought back: made all the same.</summary>
    internal List<PushDirectory> NewDirectories { get; }

    internal static PushEntry EntryOf(PushItem item) => new(
        PathText.Display(PathText.Join(item.Directory.Node.GetPath(), item.Name)),
        item.Staged.Size,
        item.Action == PushAction.Push && !item.HasPrior && !item.Directory.IsBlocked,
        IsConflict(item));

    private static bool IsConflict(PushItem item) => item.Directory.IsBlocked || item.Action is PushAction.ChangedOnBoth or PushAction.GoneFromSource;
}
