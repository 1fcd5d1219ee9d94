using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>
/// One directory of a walked tree: its own status and its entries, sorted by name as bytes. A node knows its parent rather
/// than its path, so that a deep tree costs no more than a flat one.
/// </summary>
public sealed class DirectoryNode
{
    private readonly byte[] _name;
    private byte[] _names = [];
    private TreeEntry[] _entries = [];

    internal DirectoryNode(DirectoryNode? parent, ReadOnlySpan<byte> name, FileStatus status)
    {
        Parent = parent;
        Depth = parent is null ? 0 : parent.Depth + 1;
        _name = name.ToArray();
        Status = status;
    }

    /// <summary>The directory that holds this one; null for the root.</summary>
    public DirectoryNode? Parent { get; }

    /// <summary>The directory's own name; empty for the root.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The directory's own status.</summary>
    public FileStatus Status { get; }

    /// <summary>The entries, sorted by name; empty until the walk has visited the directory, and after <see cref="Release"/>.</summary>
    public ReadOnlySpan<TreeEntry> Entries => _entries;

    /// <summary>What the visitor keeps with the directory; it finds its parent's when it comes to the children.</summary>
    public object? Tag { get; set; }

    /// <summary>Number of directories above; 0 for the root.</summary>
    public int Depth { get; }

    internal int PendingRanges;

    /// <summary>The entry's name, without a terminator.</summary>
    public ReadOnlySpan<byte> NameOf(in TreeEntry entry) => _names.AsSpan(entry.NameOffset, entry.NameLength);

    /// <summary>Drops the entries: the visitor has taken what it needs.</summary>
    public void Release()
    {
        _names = [];
        _entries = [];
    }

    internal ReadOnlySpan<byte> TerminatedNameOf(in TreeEntry entry) => _names.AsSpan(entry.NameOffset, entry.NameLength + 1);

    internal TreeEntry[] RawEntries => _entries;

    internal byte[] RawNames => _names;

    internal void SetListing(byte[] names, TreeEntry[] entries)
    {
        _names = names;
        _entries = entries;
    }

    /// <summary>The path below the root into <paramref name="buffer"/>; empty for the root itself.</summary>
    internal PathBuffer WritePath(PathBuffer buffer)
    {
        var length = 0;
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            length += node._name.Length + 1;
        }

        buffer.SetLength(Math.Max(0, length - 1));
        var path = buffer.Writable;
        var end = path.Length;
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            node._name.CopyTo(path[(end - node._name.Length)..]);
            end -= node._name.Length + 1;
            if (end >= 0)
            {
                path[end] = (byte)'/';
            }
        }

        return buffer;
    }

    internal byte[] GetPath() => WritePath(new PathBuffer()).Path.ToArray();
}
