using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>
/// Sorts a directory's entries by name as bytes: a merge sort of indices, so that hostile name orders cost no more than others,
/// with a fast path for what file systems often return, sorted or exactly reversed. Own code because the framework's
/// generic sort over this type would have to be compiled at start-up.
/// </summary>
internal static class EntrySort
{
    public static void SortByName(TreeEntry[] entries, byte[] names)
    {
        if (entries.Length < 2 || IsSorted(entries, names))
        {
            return;
        }

        Array.Reverse(entries);
        if (IsSorted(entries, names))
        {
            return;
        }

        var order = MergeSort(entries, names);
        var sorted = new TreeEntry[entries.Length];
        for (var i = 0; i < order.Length; i++)
        {
            sorted[i] = entries[order[i]];
        }

        sorted.CopyTo(entries, 0);
    }

    private static int[] MergeSort(TreeEntry[] entries, byte[] names)
    {
        var from = new int[entries.Length];
        var to = new int[entries.Length];
        for (var i = 0; i < from.Length; i++)
        {
            from[i] = i;
        }

        for (var width = 1; width < from.Length; width *= 2)
        {
            for (var start = 0; start < from.Length; start += 2 * width)
            {
                Merge(entries, names, from, to, start, Math.Min(start + width, from.Length), Math.Min(start + (2 * width), from.Length));
            }

            (from, to) = (to, from);
        }

        return from;
    }

    private static void Merge(TreeEntry[] entries, byte[] names, int[] from, int[] to, int left, int middle, int end)
    {
        var right = middle;
        var leftEnd = middle;
        for (var i = left; i < end; i++)
        {
            var takeLeft = left < leftEnd && (right >= end || Compare(entries, names, from[left], from[right]) <= 0);
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }

    private static bool IsSorted(TreeEntry[] entries, byte[] names)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            if (Compare(entries, names, i - 1, i) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Compare(TreeEntry[] entries, byte[] names, int a, int b) =>
        NameOrder.Compare(
            names.AsSpan(entries[a].NameOffset, entries[a].NameLength),
            names.AsSpan(entries[b].NameOffset, entries[b].NameLength));
}
