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
        var path = root;
        var directory = OpenRoot(root);
        try
        {
            foreach (var component in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (component == ".")
                {
                    continue;
                }

                path = Path.Join(path, component);
                var next = Kernel.OrThrow(EnsureOne(directory, component, path), "open", path);
                Kernel.Close(directory);
                directory = next;
            }

            RemoveInherited(directory);
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    /// <summary>Makes a directory for what this user keeps, and those above it; checks the last if it is there.</summary>
    /// <param name="directory">Absolute; links in what is above it are followed.</param>
    /// <exception cref="IOException">It is a link, not a directory, another user's, or writable by others, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">What is above it cannot be made.</exception>
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public static void EnsureOwn(string directory)
    {
        var parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Ensure(parent, Path.GetFileName(directory));
    }

    /// <summary>Why <see cref="Ensure"/> would refuse a directory as it is now; null if it would not. Nothing is made.</summary>
    /// <returns>The component and the reason: half a sentence.</returns>
    public static string? WhyRefused(string root, string relativePath)
    {
        var path = root;
        foreach (var component in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Join(path, component);
            var result = Kernel.StatusOf(Fcntl.AT_FDCWD, PathText.ToTerminated(path), out var status);
            if (result < 0)
            {
                return result == -Errno.ENOENT ? null : $"{path}: {Errno.Describe(-result)}";
            }

            if (WhyUnsafe(status) is { } reason)
            {
                return $"{path} {reason}";
            }
        }

        return null;
    }

    /// <summary>
    /// Makes a directory in one that <see cref="Ensure"/> has made. Nobody else can reach it there, so one that exists may have any owner
    /// and mode: it has its source's.
    /// </summary>
    /// <exception cref="UnsafeDirectoryException">There is a link, or something else that is not a directory.</exception>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    public static void EnsureWithin(string privateDirectory, string name)
    {
        var parent = OpenRoot(privateDirectory);
        try
        {
            var path = Path.Join(privateDirectory, name);
            var terminated = PathText.ToTerminated(name);
            var made = Kernel.MakeDirectory(parent, terminated, OwnerOnly);
            if (made == -Errno.EEXIST)
            {
                Kernel.OrThrow(Check(parent, terminated, path), "statx", path);
                return;
            }

            Kernel.OrThrow(made, "mkdir", path);
            var directory = Kernel.OrThrow(Kernel.Open(parent, terminated, Kernel.ReadDirectory), "open", path);
            RemoveInherited(directory);
            Kernel.Close(directory);
        }
        finally
        {
            Kernel.Close(parent);
        }
    }

    /// <summary>Whether there is a directory in one that <see cref="Ensure"/> has made.</summary>
    /// <exception cref="UnsafeDirectoryException">There is a link, or something else that is not a directory.</exception>
    /// <exception cref="LinuxException">It cannot be asked for.</exception>
    public static bool ExistsWithin(string privateDirectory, string name)
    {
        var path = Path.Join(privateDirectory, name);
        var result = Check(Fcntl.AT_FDCWD, PathText.ToTerminated(path), path);
        return result is not (-Errno.ENOENT or -Errno.ENOTDIR) && Kernel.OrThrow(result, "statx", path) == 0;
    }

    /// <summary>0, or the negative error number.</summary>
    private static int Check(int parent, byte[] terminatedName, string path)
    {
        var result = Kernel.StatusOf(parent, terminatedName, out var status);
        return result == 0 && WrongKind(status) is { } reason ? throw new UnsafeDirectoryException(path, reason) : result;
    }

    private static int OpenRoot(string root) => Kernel.OrThrow(
        Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(root), Kernel.ReadDirectory & ~Fcntl.O_NOFOLLOW), "open", root);

    /// <summary>New files would inherit a default list, and then not be as their source.</summary>
    private static void RemoveInherited(int directory) => _ = Kernel.RemoveAttribute(directory, "system.posix_acl_default\0"u8);

    private static int EnsureOne(int parent, string component, string path)
    {
        var name = PathText.ToTerminated(component);
        var made = Kernel.MakeDirectory(parent, name, OwnerOnly);
        if (made < 0 && made != -Errno.EEXIST)
        {
            return made;
        }

        Kernel.OrThrow(Kernel.StatusOf(parent, name, out var status), "statx", path);
        return WhyUnsafe(status) is not { } reason ? Kernel.Open(parent, name, Kernel.ReadDirectory) : throw new UnsafeDirectoryException(path, reason);
    }

    private static string? WhyUnsafe(in FileStatus status) => WrongKind(status) ?? status switch
    {
        _ when status.Uid != Kernel.EffectiveUser => $"belongs to user {status.Uid}, not to you; choose another cache_root",
        _ when (status.Permissions & WritableByOthers) != 0 => "can be written by others; chmod go-w it",
        _ => null,
    };

    private static string? WrongKind(in FileStatus status) => status.Kind switch
    {
        EntryKind.Symlink => "is a symbolic link; set cache_root (or scratch) to the directory it leads to",
        EntryKind.Directory => null,
        _ => "is not a directory; move it away",
    };
}
