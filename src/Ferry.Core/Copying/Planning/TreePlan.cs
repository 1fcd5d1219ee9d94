using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Sums of a plan or of what was done.</summary>
/// <param name="Files">Files and links to copy.</param>
/// <param name="Bytes">Bytes to copy.</param>
/// <param name="Inodes">Names that the target does not have yet: files, links, directories.</param>
/// <param name="Removals">Names to remove from the target.</param>
/// <param name="Updates">Files whose mode, owner or attributes only are set.</param>
/// <param name="Proofs">Files whose bytes, staged or in the source, are hashed against an earlier record.</param>
public readonly record struct PlannedWork(long Files, long Bytes, long Inodes, long Removals, long Updates, long Proofs)
{
    /// <summary>True when the target is complete as it is.</summary>
    public bool IsEmpty => this == default;
}

/// <summary>
/// Everything a sync will do, made before anything is written. Pure data: printing it is a dry run, executing it is
/// <see cref="TreeCopier"/>'s.
/// </summary>
public sealed class TreePlan : IDisposable
{
    internal TreePlan(
        List<DirectoryPlan> directories, List<LinkGroup> links, List<int> goneDirectories, PriorTree prior, PlannedWork work, TreeTotals totals)
    {
        Directories = directories;
        Links = links;
        GoneDirectories = goneDirectories;
        Prior = prior;
        Work = work;
        Totals = totals;
    }

    /// <summary>What is to be done.</summary>
    public PlannedWork Work { get; }

    /// <summary>What the source holds, less what is excluded or skipped.</summary>
    public TreeTotals Totals { get; }

    /// <summary>What could not be read, was skipped, or is in conflict. Complete for the walk; copying may add more.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>Something could not be read: what seems to be gone from the source may be there.</summary>
    internal bool HasFailures => Problems.Any(static problem => problem.Kind == ProblemKind.Failure);

    /// <summary>Whether anything could be read at all; nothing is recorded of a tree whose root could not be listed.</summary>
    internal bool HasRoot => Directories.Exists(static directory => directory.Node.Parent is null);

    /// <summary>Staged files that were changed on the target since.</summary>
    public long ChangedOnTarget { get; init; }

    /// <summary>
    /// Bytes on the target of large files that runs had begun and not finished: executing the plan goes on with them, or removes them before
    /// anything is copied.
    /// </summary>
    public long UnfinishedBytes { get; init; }

    /// <summary>True when a directory's mode, owner, attributes or times are to be set on the target.</summary>
    public bool RefreshesDirectories { get; init; }

    /// <summary>True when records change although no file moves: something is gone from the source, or an earlier run's journal is taken over.</summary>
    public bool ChangesRecords { get; init; }

    /// <summary>True when nothing at all needs to be written, not even the manifest.</summary>
    public bool IsUnchanged => Work.IsEmpty && !RefreshesDirectories && !ChangesRecords;

    /// <summary>Closes the manifest that the plan was made from.</summary>
    public void Dispose() => Prior.Dispose();

    internal Timestamp RacyFrom { get; init; }

    internal List<DirectoryPlan> Directories { get; }

    internal List<LinkGroup> Links { get; }

    /// <summary>Directories of the committed manifest that the source no longer has.</summary>
    internal List<int> GoneDirectories { get; }

    /// <summary>Those of <see cref="GoneDirectories"/> that a sync with deletion has removed.</summary>
    internal HashSet<int> RemovedDirectories { get; } = [];

    internal PriorTree Prior { get; }
}
