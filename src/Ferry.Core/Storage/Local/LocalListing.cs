using System.Buffers;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Storage;

/// <summary>Walks a directory in the order of keys. Keeps the names of one directory for each level of the way down. Not thread-safe.</summary>
/// <param name="root">Where keys begin.</param>
/// <param name="failures">Makes the exceptions.</param>
/// <param name="staleBefore">Temporary files that were last written to before then are what killed writers left, and are removed.</param>
internal sealed class LocalListing(TreeRoot root, LocalFailures failures, Timestamp staleBefore)
{
    private static readonly SearchValues<byte> s_hexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly DirectoryReader _reader = new();
    private readonly Stack<(byte[] Directory, Queue<Entry> Entries)> _open = [];

    /// <summary>Begins at what starts with a prefix.</summary>
    public void Begin(byte[] prefix)
    {
        var slash = prefix.AsSpan().LastIndexOf((byte)'/');
        var directory = slash < 0 ? [] : prefix[..slash];
        if (slash < 0 || DirectoryKey.IsPath(directory))
        {
            Enter(directory, prefix[(slash + 1)..]);
        }
    }

    /// <summary>The next object; null after the last.</summary>
    public ObjectInfo? Next()
    {
        while (_open.TryPeek(out var level))
        {
            if (!level.Entries.TryDequeue(out var entry))
            {
                _open.Pop();
            }
            else if (entry.IsDirectory)
            {
                Enter(PathText.Join(level.Directory, entry.Name.AsSpan(0, entry.Name.Length - 1)), []);
            }
            else
            {
                return LocalVersion.Describe(Encoding.UTF8.GetString(PathText.Join(level.Directory, entry.Name)), entry.Status);
            }
        }

        return null;
    }

    private void Enter(byte[] path, byte[] prefix)
    {
        var directory = LocalDirectories.Open(root, path);
        // Removed meanwhile, or never a directory: nothing is below it.
        if (directory is -Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP)
        {
            return;
        }

        failures.OrThrow(directory, "open", Encoding.UTF8.GetString(path));
        try
        {
            var result = _reader.Read(directory, (name, _) => name.StartsWith(prefix));
            if (result == -Errno.ENOENT && path.Length > 0)
            {
                // Removed after it was opened.
                return;
            }

            failures.OrThrow(result, "getdents", Encoding.UTF8.GetString(path));
            var found = Look(directory, path);
            found.Sort(static (a, b) => NameOrder.Compare(a.Name, b.Name));
            _open.Push((path, new Queue<Entry>(found)));
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    private List<Entry> Look(int directory, byte[] path)
    {
        var (names, entries) = _reader.ToListing();
        var found = new List<Entry>(entries.Length);
        foreach (ref readonly var entry in entries.AsSpan())
        {
            var name = names.AsSpan(entry.NameOffset, entry.NameLength);
            var terminated = names.AsSpan(entry.NameOffset, entry.NameLength + 1);
            var result = Kernel.StatusOf(directory, terminated, out var status);
            if (result == -Errno.ENOENT)
            {
                continue;
            }

            failures.OrThrow(result, "statx", Encoding.UTF8.GetString(PathText.Join(path, name)));
            if (TemporaryName.IsTemporary(name))
            {
                RemoveStale(directory, terminated, status);
            }
            else if (status.Kind is EntryKind.File or EntryKind.Directory && PathText.IsUtf8(name) && !IsKeptForReaders(name))
            {
                var isDirectory = status.Kind == EntryKind.Directory;
                // A directory's keys go on with a slash: that is where they are among the others.
                found.Add(new Entry(isDirectory ? [.. name, (byte)'/'] : name.ToArray(), status, isDirectory));
            }
        }

        return found;
    }

    private void RemoveStale(int directory, ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (status.Kind == EntryKind.File && status.Modified < staleBefore)
        {
            _ = Kernel.Remove(directory, name);
        }
    }

    /// <summary>The name that NFS and FUSE give a file that was removed or replaced while it was open, until it is closed.</summary>
    private static bool IsKeptForReaders(ReadOnlySpan<byte> name) => IsKept(name, ".nfs"u8) || IsKept(name, ".fuse_hidden"u8);

    private static bool IsKept(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length >= prefix.Length + 16 && name.StartsWith(prefix) && !name[prefix.Length..].ContainsAnyExcept(s_hexDigits);

    private readonly record struct Entry(byte[] Name, FileStatus Status, bool IsDirectory);
}
