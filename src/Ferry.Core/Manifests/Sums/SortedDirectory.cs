using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>One directory of <see cref="SortedEntries"/>: its entries, segment by segment, merged with its subdirectories.</summary>
internal sealed class SortedDirectory
{
    private readonly ManifestFile _manifest;
    private readonly ManifestDirectory _directory;
    private readonly int[] _children;
    private readonly byte[] _last = new byte[byte.MaxValue];
    private int _lastLength;
    private int _segment;
    private int _offset;
    private int _child;

    public SortedDirectory(ManifestFile manifest, int position, int pathLength)
    {
        _manifest = manifest;
        _directory = manifest.Index[position];
        _children = SortedChildren(manifest.Index, _directory);
        PathLength = pathLength;
    }

    /// <summary>Length of the directory's path.</summary>
    public int PathLength { get; }

    /// <summary>The segment that holds the current entry.</summary>
    public ByteBuffer Entries { get; } = new();

    /// <summary>Goes on to the next entry (its offset) or subdirectory (its position in the index); the other one is -1.</summary>
    public bool MoveNext(out int entry, out int child)
    {
        (entry, child) = (-1, -1);
        var hasEntry = SkipToEntry();
        if (_child < _children.Length && (!hasEntry || IsChildNext()))
        {
            child = _children[_child++];
            return true;
        }

        if (!hasEntry)
        {
            return false;
        }

        entry = _offset;
        var read = ManifestEntry.Read(Entries.Written, ref _offset);
        if (_lastLength > 0 && NameOrder.Compare(_last.AsSpan(0, _lastLength), read.Name) >= 0)
        {
            throw new ManifestException(_manifest.Path, "the entries of a directory are out of order");
        }

        read.Name.CopyTo(_last);
        _lastLength = read.Name.Length;
        return true;
    }

    private bool IsChildNext()
    {
        var offset = _offset;
        var entry = ManifestEntry.Read(Entries.Written, ref offset).Name;
        return CompareAsDirectory(_manifest.Index[_children[_child]].Name, entry) < 0;
    }

    /// <summary>Passes over entries that are gone: they follow the others, in an order of their own.</summary>
    private bool SkipToEntry()
    {
        while (true)
        {
            while (_offset < Entries.Length)
            {
                var next = _offset;
                if (!ManifestEntry.Read(Entries.Written, ref next).IsGone)
                {
                    return true;
                }

                _offset = next;
            }

            if (_segment == _directory.Segments.Length)
            {
                return false;
            }

            Entries.Clear();
            _offset = 0;
            _manifest.ReadSegment(_directory.Segments[_segment++], Entries);
        }
    }

    /// <summary>Siblings ascend by name in the index; with the slash that follows it in a path, <c>a.b</c> comes before <c>a</c>.</summary>
    private static int[] SortedChildren(ManifestIndex index, ManifestDirectory directory)
    {
        var children = new List<int>(directory.ChildCount);
        for (var i = directory.FirstChild; i < directory.FirstChild + directory.ChildCount; i++)
        {
            if (!index[i].IsGone)
            {
                children.Add(i);
            }
        }

        children.Sort((a, b) => CompareAsDirectory(index[a].Name, index[b].Name, bothAreDirectories: true));
        return [.. children];
    }

    /// <summary>Compares a directory's name, a slash added, with another name.</summary>
    private static int CompareAsDirectory(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> other, bool bothAreDirectories = false)
    {
        var common = Math.Min(directory.Length, other.Length);
        var order = NameOrder.Compare(directory[..common], other[..common]);
        if (order != 0 || (bothAreDirectories && directory.Length == other.Length))
        {
            return order;
        }

        // One is the beginning of the other: what follows it there is compared with the slash.
        var next = directory.Length < other.Length ? other[common] : (byte)0;
        return directory.Length < other.Length
            ? '/' - next
            : bothAreDirectories ? directory[common] - '/' : 1;
    }
}
