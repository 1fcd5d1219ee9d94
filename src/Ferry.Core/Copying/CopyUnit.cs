namespace Ferry.Core.Copying;

/// <summary>
/// A run of entries of one directory that one worker brings over in turn and then records as one segment of the manifest.
/// </summary>
internal sealed class CopyUnit(DirectoryPlan plan, int number, int start, int end)
{
    // Few enough entries that a kill loses little, enough that opening both directories again does not count.
    private const int MaxEntries = 128;
    private const long MaxBytes = 64L * 1024 * 1024;

    public DirectoryPlan Plan => plan;

    /// <summary>Its place among the segments of the directory.</summary>
    public int Number => number;

    public int Start => start;

    public int End => end;

    /// <summary>True for the unit that also records what is gone from the source.</summary>
    public bool IsLast => end == plan.Node.Entries.Length;

    /// <summary>Lowest inode number of the source's files that are copied; the largest value when there are none.</summary>
    public ulong FirstInode { get; } = FindFirstInode(plan, start, end);

    /// <summary>Entries recorded before the links among them were made; null when there are none.</summary>
    public byte[]? EntriesBeforeLinks { get; set; }

    /// <summary>Cuts a directory's entries into units, at least one.</summary>
    public static List<CopyUnit> Split(DirectoryPlan plan)
    {
        var units = new List<CopyUnit>();
        var entries = plan.Node.Entries;
        var (start, bytes) = (0, 0L);
        for (var i = 0; i < entries.Length; i++)
        {
            if (LargeFile.IsLarge(plan, i))
            {
                AddRun(units, plan, start, i);
                units.Add(new CopyUnit(plan, units.Count, i, i + 1));
                (start, bytes) = (i + 1, 0);
                continue;
            }

            bytes += plan.Actions![i] == EntryAction.Copy ? entries[i].Status.Size : 0;
            if (i + 1 - start == MaxEntries || bytes >= MaxBytes)
            {
                AddRun(units, plan, start, i + 1);
                (start, bytes) = (i + 1, 0);
            }
        }

        AddRun(units, plan, start, entries.Length);
        if (units.Count == 0)
        {
            units.Add(new CopyUnit(plan, 0, 0, 0));
        }

        return units;
    }

    private static void AddRun(List<CopyUnit> units, DirectoryPlan plan, int start, int end)
    {
        if (start < end)
        {
            units.Add(new CopyUnit(plan, units.Count, start, end));
        }
    }

    /// <summary>True for a unit of one file that is copied in ranges by several workers.</summary>
    public bool IsLargeFile => end - start == 1 && LargeFile.IsLarge(plan, start);

    /// <summary>Its entries in the order of their inode numbers.</summary>
    public int[] InInodeOrder()
    {
        var order = new int[end - start];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = start + i;
        }

        Array.Sort(order, (a, b) => plan.Node.Entries[a].Status.Inode.CompareTo(plan.Node.Entries[b].Status.Inode));
        return order;
    }

    public bool HasLinks() => HasAction(static action => action == EntryAction.Link);

    /// <summary>True when source and target are to be opened, not only records to be written.</summary>
    public bool NeedsDirectories() => HasAction(static action =>
        action is EntryAction.Copy or EntryAction.Adopt or EntryAction.Metadata or EntryAction.Prove
            or EntryAction.CompareSource or EntryAction.CompareChanged or EntryAction.Match);

    private static ulong FindFirstInode(DirectoryPlan plan, int start, int end)
    {
        var first = ulong.MaxValue;
        for (var i = start; i < end; i++)
        {
            first = plan.Actions![i] == EntryAction.Copy ? Math.Min(first, plan.Node.Entries[i].Status.Inode) : first;
        }

        return first;
    }

    private bool HasAction(Predicate<EntryAction> matches)
    {
        for (var i = start; i < end; i++)
        {
            if (matches(plan.Actions![i]))
            {
                return true;
            }
        }

        return false;
    }
}
