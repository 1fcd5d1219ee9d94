using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>Divides an outline into parts that are worth looking at.</summary>
internal sealed class OutlineDivision
{
    private readonly int _count;
    private readonly long _leastBytes;
    private readonly List<OutlinePart> _parts = [];
    private readonly PriorityQueue<OutlineDirectory, long> _open = new();

    public OutlineDivision(OutlineDirectory root, int count)
    {
        _count = count;
        // Smaller entries could not be seen beside the others.
        _leastBytes = Math.Max(1, root.Bytes / (40L * count));
        _open.Enqueue(root, 0);
        while (_open.TryDequeue(out var directory, out _))
        {
            Divide(directory);
        }

        _parts.Sort(static (a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : string.CompareOrdinal(a.Path, b.Path));
    }

    public IReadOnlyList<OutlinePart> Parts => _parts;

    private void Divide(OutlineDirectory directory)
    {
        var entries = EntriesOf(directory);
        var room = _count - _parts.Count - _open.Count - 1;
        // Half of the room is left for dividing the entries themselves.
        var taken = entries.Count <= room ? entries.Count : room / 2;
        if (taken == 0)
        {
            _parts.Add(new OutlinePart(OutlinePartKind.Directory, PathText.Display(directory.Path), directory.Files, directory.Bytes));
            return;
        }

        var (files, bytes) = (directory.Files, directory.Bytes);
        foreach (var entry in entries[..taken])
        {
            files -= entry.Child?.Files ?? 1;
            bytes -= entry.Bytes;
            if (entry.Child is { } child)
            {
                _open.Enqueue(child, -child.Bytes);
            }
            else
            {
                _parts.Add(new OutlinePart(OutlinePartKind.File, PathText.Display(PathText.Join(directory.Path, entry.Name)), 1, entry.Bytes));
            }
        }

        if (bytes > 0)
        {
            _parts.Add(new OutlinePart(OutlinePartKind.Rest, PathText.Display(directory.Path), files, bytes));
        }
    }

    private List<(OutlineDirectory? Child, byte[] Name, long Bytes)> EntriesOf(OutlineDirectory directory)
    {
        var entries = new List<(OutlineDirectory? Child, byte[] Name, long Bytes)>();
        entries.AddRange(directory.Children.Where(child => child.Bytes >= _leastBytes).Select(static child => ((OutlineDirectory?)child, child.Name, child.Bytes)));
        entries.AddRange(directory.Largest.Where(file => file.Bytes >= _leastBytes).Select(static file => ((OutlineDirectory?)null, file.Name, file.Bytes)));
        entries.Sort(static (a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : a.Name.AsSpan().SequenceCompareTo(b.Name));
        return entries;
    }
}
