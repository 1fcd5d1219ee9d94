using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>
/// Makes wrong files of a target right by rewriting only the blocks that differ from the source. A file is rewritten in place, and with it all
/// of its names: so this is done only if all of them are to be repaired, to the same contents. A name elsewhere may be a snapshot, whose owner
/// wants what is there.
/// </summary>
public sealed class RangeRepair
{
    private readonly TreeRoot _target;
    private readonly FileRangeRepair _files;
    private readonly Lock _lock = new();
    private readonly List<FileRepair> _repairs = [];

    private RangeRepair(TreeRoot target, FileRangeRepair files) => (_target, _files) = (target, files);

    /// <summary>Repairs files, or finds what is wrong with them.</summary>
    /// <param name="items">The files, each path once.</param>
    /// <param name="source">Holds the right contents.</param>
    /// <param name="target">Holds the wrong ones.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Counts the bytes of the sources that were compared.</param>
    /// <param name="cancellation">Ends the repair; the same call finishes a file that was half repaired.</param>
    /// <returns>One result for each item, sorted by path.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<FileRepair> Run(
        IReadOnlyCollection<RepairItem> items,
        TreeRoot source,
        TreeRoot target,
        RepairOptions options,
        TransferProgress progress,
        CancellationToken cancellation)
    {
        var repair = new RangeRepair(target, new FileRangeRepair(source, target, options, progress));
        new WorkPool<InodeGroup, RangeWorker>(
            new WorkPoolOptions { Limiter = options.Limiter, ThreadName = "ferry-repair" },
            () => new RangeWorker(options.Algorithm),
            (group, worker, pool) => repair.Process(group, worker, pool.Stopping)).Run(repair.GroupByInode(items), cancellation);
        repair._repairs.Sort(static (a, b) => NameOrder.Compare(a.Path, b.Path));
        return repair._repairs;
    }

    /// <summary>The items that are names of one file of the target.</summary>
    private sealed record InodeGroup(FileStatus Status, List<RepairItem> Items);

    private List<InodeGroup> GroupByInode(IReadOnlyCollection<RepairItem> items)
    {
        var groups = new List<InodeGroup>();
        var groupOf = new Dictionary<(ulong, ulong), InodeGroup>();
        var path = new PathBuffer();
        foreach (var item in items)
        {
            var result = StatusOf(item.Path, path, out var status);
            if (result < 0)
            {
                Add(item, RepairOutcome.Failed, [], EntryProblem.OfCall(_target.Display(item.Path), "statx", -result));
            }
            else if (status.Kind != EntryKind.File)
            {
                Add(item, RepairOutcome.NeedsCopy, [], Failure(item, "is not a regular file: copy it anew"));
            }
            else if (status.Links > 1 && groupOf.TryGetValue((status.Device, status.Inode), out var group))
            {
                group.Items.Add(item);
            }
            else
            {
                groups.Add(groupOf[(status.Device, status.Inode)] = new InodeGroup(status, [item]));
            }
        }

        return groups;
    }

    private int StatusOf(byte[] path, PathBuffer buffer, out FileStatus status)
    {
        status = default;
        var (directory, name) = OpenName.Split(path);
        var fd = OpenName.OpenDirectory(_target, directory, buffer);
        if (fd < 0)
        {
            return fd;
        }

        var result = Kernel.StatusOf(fd, PathText.Terminated(name), out status);
        Kernel.Close(fd);
        return result;
    }

    private WorkAmount Process(InodeGroup group, RangeWorker worker, CancellationToken stopping)
    {
        var first = group.Items[0];
        var isShared = group.Status.Links > group.Items.Count || group.Items.Exists(item => item.Expected != first.Expected);
        var repair = _files.Run(first, group.Status, mayWrite: !isShared, worker, stopping);
        if (repair.Outcome == RepairOutcome.NeedsCopy)
        {
            repair = repair with
            {
                Problem = Failure(first, $"has {group.Status.Links} names, not all of which are to get these bytes: copy it anew"),
            };
        }

        group.Items.ForEach(item => Add(item, repair.Outcome, repair.Ranges, repair.Problem));
        return new WorkAmount(group.Status.Size, 1);
    }

    private EntryProblem Failure(RepairItem item, string reason) => new(ProblemKind.Failure, _target.Display(item.Path), reason);

    private void Add(RepairItem item, RepairOutcome outcome, IReadOnlyList<ByteRange> ranges, EntryProblem? problem)
    {
        lock (_lock)
        {
            _repairs.Add(new FileRepair(item.Path, outcome, ranges, problem));
        }
    }
}
