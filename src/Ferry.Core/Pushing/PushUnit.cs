using Ferry.Core.Linux;

namespace Ferry.Core.Pushing;

/// <summary>A run of entries of one directory that one worker pushes in turn and then records.</summary>
internal sealed record PushUnit(PushDirectory Directory, IReadOnlyList<PushItem> Items)
{
    /// <summary>Cuts a plan into units.</summary>
    /// <param name="items">The plan's entries in order.</param>
    /// <param name="maxItems">Most entries of a unit.</param>
    /// <param name="maxBytes">A unit ends with the entry that reaches this.</param>
    public static List<PushUnit> Split(List<PushItem> items, int maxItems, long maxBytes)
    {
        var units = new List<PushUnit>();
        for (var start = 0; start < items.Count;)
        {
            var (end, bytes) = (start, 0L);
            while (end < items.Count && end - start < maxItems && bytes < maxBytes && items[end].Directory == items[start].Directory)
            {
                bytes += items[end++].Staged.Size;
            }

            units.Add(new PushUnit(items[start].Directory, items.GetRange(start, end - start)));
            start = end;
        }

        return units;
    }

    /// <summary>Puts a plan's entries in the order in which they are pushed.</summary>
    /// <param name="items">The entries, as threads found them.</param>
    /// <param name="urgent">Small files first, of like size the newest; else by directory and name.</param>
    public static void Sort(List<PushItem> items, bool urgent)
    {
        if (urgent)
        {
            items.Sort(static (a, b) => SizeClass(a) != SizeClass(b)
                ? SizeClass(a).CompareTo(SizeClass(b))
                : b.Staged.Modified.CompareTo(a.Staged.Modified));
            return;
        }

        var paths = items.Select(static item => item.Directory).Distinct().ToDictionary(static directory => directory, static directory => directory.Node.GetPath());
        items.Sort((a, b) => NameOrder.Compare(paths[a.Directory], paths[b.Directory]) is not 0 and var order ? order : NameOrder.Compare(a.Name, b.Name));
    }

    /// <summary>Powers of two: within one it is the age that counts.</summary>
    private static int SizeClass(PushItem item) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)Math.Max(0, item.Staged.Size));
}
