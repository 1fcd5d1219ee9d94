using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>
/// The files of a tree manifest in the order of their full paths as bytes, which is the order of a <see cref="SumFile"/>: a directory
/// sorts as if its name ended with a slash. What is gone is left out. Memory: one segment for each directory of the current path. Not thread-safe.
/// </summary>
public sealed class SortedEntries
{
    private readonly ManifestFile _manifest;
    private readonly bool _withSymlinks;
    private readonly Stack<SortedDirectory> _open = new();
    private readonly PathBuffer _path = new();
    private int _entry = -1;

    /// <summary>Begins before the first file.</summary>
    /// <param name="manifest">An open manifest; it stays the caller's.</param>
    /// <param name="withSymlinks">Whether symbolic links come too.</param>
    public SortedEntries(ManifestFile manifest, bool withSymlinks = false)
    {
        _manifest = manifest;
        _withSymlinks = withSymlinks;
        _open.Push(new SortedDirectory(manifest, position: 0, pathLength: 0));
    }

    /// <summary>The path below the tree's root; valid until the next call of <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Path => _path.Path;

    /// <summary>File or symbolic link.</summary>
    public EntryKind Kind => Entry.Kind;

    /// <summary>Size in bytes; of a link that of its target.</summary>
    public long Size => Entry.Size;

    /// <summary>The digest of a file.</summary>
    public Digest Digest => Entry.Digest;

    /// <summary>The target of a symbolic link; valid until the next call of <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> LinkTarget => Entry.LinkTarget;

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public ushort Permissions => Entry.Permissions;

    /// <summary>Owner.</summary>
    public uint Uid => Entry.Uid;

    /// <summary>Group.</summary>
    public uint Gid => Entry.Gid;

    /// <summary>Modification time on the source.</summary>
    public Timestamp Modified => Entry.Modified;

    /// <summary>The modification time that the copy was given.</summary>
    public Timestamp TargetModified => Entry.TargetModified;

    /// <summary>Change time on the source.</summary>
    public Timestamp Changed => Entry.Changed;

    /// <summary>Inode number on the source.</summary>
    public ulong Inode => Entry.Inode;

    /// <summary>Whether it was modified so shortly before it was read that its times prove nothing.</summary>
    public bool IsRacy => Entry.IsRacy;

    internal ManifestEntry Entry
    {
        get
        {
            var offset = _entry >= 0 ? _entry : throw new InvalidOperationException("there is no current entry");
            return ManifestEntry.Read(_open.Peek().Entries.Written, ref offset);
        }
    }

    /// <summary>Goes on to the next; false at the end.</summary>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public bool MoveNext()
    {
        while (_open.TryPeek(out var directory))
        {
            _path.SetLength(directory.PathLength);
            if (!directory.MoveNext(out _entry, out var child))
            {
                _open.Pop();
            }
            else if (child >= 0)
            {
                _path.Append(_manifest.Index[child].Name);
                _open.Push(new SortedDirectory(_manifest, child, _path.Length));
            }
            else if (_withSymlinks || Entry.Kind == EntryKind.File)
            {
                _path.Append(Entry.Name);
                return true;
            }
        }

        _entry = -1;
        return false;
    }
}
