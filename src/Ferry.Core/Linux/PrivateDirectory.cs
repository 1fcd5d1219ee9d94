using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>A directory that is not safe to write to: another user could put something else in its place.</summary>
public sealed class UnsafeDirectoryException(string path, string reason) : IOException($"{path}: {reason}");

/// <summary>
/// Makes directories on shared storage that belong to this user alone, mode 0700, and refuses any that is there but could be changed by
/// others, or is a link.
/// </summary>
public static class PrivateDirectory
{
    private const ushort OwnerOnly = 0x1C0;
    private const ushort WritableByOthers = 0x12;

    /// <summary>Makes every missing component of <paramref name="relativePath"/> below <paramref name="root"/>; checks those that are there.</summary>
    /// <param name="root">An existing directory that the user named; links in it are followed.</param>
    /// <param name="relativePath">Components without "..".</param>
    /// <exception cref="UnsafeDirectoryException">A component is a link, not a directory, another user's, or writable by others.</exception>
    /// <exception cref="LinuxException">A component cannot be made or opened.</exception>
    public static void Ensure(string root, string relativePath)
    {
        var directory = Kernel.OrThrow(
            Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(root), Kernel.ReadDirectory & ~Fcntl.O_NOFOLLOW), "open", root);
        var path = root;
        foreach (var component in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (component == ".")
            {
                continue;
            }

            path = Path.Join(path, component);
            var next = EnsureOne(directory, component, path);
            Kernel.Close(directory);
            directory = Kernel.OrThrow(next, "open", path);
        }

        // New files would inherit it, and then not be as their source.
        _ = Kernel.RemoveAttribute(directory, "system.posix_acl_default\0"u8);
        Kernel.Close(directory);
    }

    private static int EnsureOne(int parent, string component, string path)
    {
        var name = PathText.ToTerminated(component);
        var made = Kernel.MakeDirectory(parent, name, OwnerOnly);
        if (made < 0 && made != -Errno.EEXIST)
        {
            return made;
        }

        Kernel.OrThrow(Kernel.StatusOf(parent, name, out var status), "statx", path);
        var reason = status switch
        {
            { Kind: EntryKind.Symlink } => "is a symbolic link; set cache_root (or scratch) to the directory it leads to",
            { Kind: not EntryKind.Directory } => "is not a directory; move it away",
            _ when status.Uid != Kernel.EffectiveUser => $"belongs to user {status.Uid}, not to you; choose another cache_root",
            _ when (status.Permissions & WritableByOthers) != 0 => "can be written by others; chmod go-w it",
            _ => null,
        };
        return reason is null ? Kernel.Open(parent, name, Kernel.ReadDirectory) : throw new UnsafeDirectoryException(path, reason);
    }
}
