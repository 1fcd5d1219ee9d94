using System.Text;
using Ferry.Core.Linux.Native;
using Ferry.Core.Walking;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Core.Linux;

/// <summary>
/// An open directory, whose names are looked at and changed without following a link, wherever its path leads meanwhile. Names are text: those that are
/// not UTF-8 are listed apart. Not thread-safe.
/// </summary>
public sealed partial class DirectoryHandle : IDisposable
{
    private readonly TreeRoot _root;

    private DirectoryHandle(TreeRoot root) => _root = root;

    /// <summary>Its path as it was named, for messages.</summary>
    public string Path => _root.Path;

    /// <summary>The path with all links resolved.</summary>
    public string RealPath => _root.RealPath;

    private int Fd => _root.Fd;

    /// <summary>Opens a directory. Links in <paramref name="path"/> itself are followed: the user named it.</summary>
    /// <exception cref="LinuxException">It does not exist or cannot be read.</exception>
    public static DirectoryHandle Open(string path) => new(TreeRoot.Open(path));

    /// <summary>Opens a directory below this one; no component of the path may be a link or lead out of it.</summary>
    /// <param name="relativePath">Components without ".."; empty for this one.</param>
    /// <returns>Null if there is none of that name.</returns>
    /// <exception cref="LinuxException">There is a link (ELOOP), something else (ENOTDIR), or it cannot be read.</exception>
    public DirectoryHandle? TryOpen(string relativePath)
    {
        var path = System.IO.Path.Join(Path, relativePath);
        var fd = _root.OpenDirectory(ToBuffer(relativePath));
        return fd == -Errno.ENOENT ? null : new DirectoryHandle(TreeRoot.Adopt(Kernel.OrThrow(fd, "open", path), path));
    }

    /// <summary>The names in it, in no order, without those of Ferry's temporary files.</summary>
    /// <param name="unreadable">Names that are not UTF-8, fit for display.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public IReadOnlyList<string> List(out IReadOnlyList<string> unreadable)
    {
        var list = new List<string>();
        List<string>? others = null;
        foreach (var name in ListBytes(static name => !TemporaryName.IsTemporary(name)))
        {
            var text = name.AsSpan()[..^1];
            if (PathText.IsUtf8(text))
            {
                list.Add(Encoding.UTF8.GetString(text));
            }
            else
            {
                (others ??= []).Add(PathText.Display(text));
            }
        }

        unreadable = others ?? (IReadOnlyList<string>)[];
        return list;
    }

    /// <summary>The status of a name, itself if it is a link; null if there is none.</summary>
    /// <exception cref="LinuxException">It cannot be asked for.</exception>
    public FileStatus? StatusOf(string name)
    {
        var result = Kernel.StatusOf(Fd, ToName(name), out var status);
        return result == -Errno.ENOENT ? null : Kernel.OrThrow(result, "statx", PathOf(name)) == 0 ? status : null;
    }

    /// <summary>When a file was last read, as far as its file system keeps that; null if there is none.</summary>
    public Timestamp? AccessedOf(string name) => Kernel.AccessedOf(Fd, ToName(name), out var accessed) == 0 ? accessed : null;

    /// <summary>Where a link leads, as it says; null if the name is no link or is not there.</summary>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public string? LinkOf(string name)
    {
        Span<byte> target = stackalloc byte[Unistd.PATH_MAX];
        var length = (int)Kernel.ReadSymlink(Fd, ToName(name), target);
        return length is -Errno.EINVAL or -Errno.ENOENT ? null : Encoding.UTF8.GetString(target[..Kernel.OrThrow(length, "readlink", PathOf(name))]);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <returns>Null if there is none of that name.</returns>
    /// <exception cref="LinuxException">It is a link (ELOOP), no regular file (EINVAL), or cannot be read.</exception>
    public SafeFileHandle? TryOpenFile(string name)
    {
        var fd = Kernel.Open(Fd, ToName(name), Kernel.ReadFile);
        if (fd == -Errno.ENOENT)
        {
            return null;
        }

        var handle = new SafeFileHandle(Kernel.OrThrow(fd, "open", PathOf(name)), ownsHandle: true);
        if (Kernel.StatusOf(fd, out var status) == 0 && status.Kind == EntryKind.File)
        {
            return handle;
        }

        handle.Dispose();
        throw new LinuxException(Errno.EINVAL, "open", PathOf(name));
    }

    /// <summary>All of a small file.</summary>
    /// <returns>Null if there is none of that name.</returns>
    /// <exception cref="LinuxException">It is a link, no regular file, larger than <paramref name="maxBytes"/> (EFBIG), or cannot be read.</exception>
    public byte[]? TryReadFile(string name, int maxBytes)
    {
        using var file = TryOpenFile(name);
        if (file is null)
        {
            return null;
        }

        var fd = (int)file.DangerousGetHandle();
        Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", PathOf(name));
        if (status.Size > maxBytes)
        {
            throw new LinuxException(Errno.EFBIG, "read", PathOf(name));
        }

        var contents = new byte[status.Size];
        var length = 0;
        int read;
        while (length < contents.Length && (read = Kernel.OrThrow((int)Kernel.Read(fd, contents.AsSpan(length)), "read", PathOf(name))) > 0)
        {
            length += read;
        }

        return contents[..length];
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private delegate bool NameFilter(ReadOnlySpan<byte> name);

    /// <summary>Names, each with a NUL behind it.</summary>
    private List<byte[]> ListBytes(NameFilter accepts)
    {
        // A descriptor of its own: the position in the directory is the descriptor's.
        var fd = Kernel.OrThrow(Kernel.Open(Fd, ".\0"u8, Kernel.ReadDirectory), "open", Path);
        try
        {
            var reader = new DirectoryReader();
            Kernel.OrThrow(reader.Read(fd, (name, _) => accepts(name)), "getdents", Path);
            var (names, entries) = reader.ToListing();
            var list = new List<byte[]>(entries.Length);
            foreach (var entry in entries)
            {
                list.Add(names.AsSpan(entry.NameOffset, entry.NameLength + 1).ToArray());
            }

            return list;
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private string PathOf(string name) => System.IO.Path.Join(Path, PathText.Display(Encoding.UTF8.GetBytes(name)));

    private static byte[] ToName(string name) => name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal)
        ? throw new ArgumentException("is not the name of something in a directory", nameof(name))
        : PathText.ToTerminated(name);

    private static PathBuffer ToBuffer(string relativePath)
    {
        var bytes = PathText.ToBytes(relativePath);
        var buffer = new PathBuffer();
        buffer.SetLength(bytes.Length);
        bytes.CopyTo(buffer.Writable);
        return buffer;
    }
}
