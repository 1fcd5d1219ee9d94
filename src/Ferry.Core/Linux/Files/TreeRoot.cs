namespace Ferry.Core.Linux;

/// <summary>
/// An open directory below which a tree is read or written. Every directory of the tree is opened from here, beneath the
/// root, following no links, whatever the length of its path.
/// </summary>
public sealed class TreeRoot : IDisposable
{
    // PATH_MAX is 4,096 bytes with the terminator; longer paths are opened in steps.
    private const int LongestStep = 4000;

    // Set once a kernel before 5.6 (RHEL 8) has refused openat2.
    private static volatile bool s_withoutOpenat2;

    private TreeRoot(int fd, string path)
    {
        Fd = fd;
        Path = path;
    }

    /// <summary>The root's path as it was named.</summary>
    public string Path { get; }

    internal int Fd { get; private set; }

    /// <summary>Opens a root. Links in <paramref name="path"/> itself are followed: the user named it.</summary>
    /// <exception cref="LinuxException">The directory does not exist or cannot be read.</exception>
    public static TreeRoot Open(string path)
    {
        var flags = Kernel.ReadDirectory & ~Native.Fcntl.O_NOFOLLOW;
        return new TreeRoot(Kernel.OrThrow(Kernel.Open(Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), flags), "open", path), path);
    }

    /// <summary>A root of a directory that is open already, and is closed with it.</summary>
    internal static TreeRoot Adopt(int fd, string path) => new(fd, path);

    /// <summary>The path with all links resolved, as the kernel knows the open directory.</summary>
    public string RealPath => PathFacts.RealPath($"/proc/self/fd/{Fd}") ?? Path;

    /// <summary>Opens a directory of the tree for listing: a descriptor that the caller closes, or the negative error number.</summary>
    internal int OpenDirectory(PathBuffer relativePath) => relativePath.Length switch
    {
        0 => Kernel.Open(Fd, ".\0"u8, Kernel.ReadDirectory),
        <= LongestStep => OpenStep(Fd, relativePath.Terminated),
        _ => OpenInSteps(relativePath.Path),
    };

    /// <summary>The root's path and a relative one, for messages.</summary>
    internal string Display(ReadOnlySpan<byte> relativePath) =>
        relativePath.IsEmpty ? Path : $"{Path}/{PathText.Display(relativePath)}";

    /// <summary>As <see cref="Display(ReadOnlySpan{byte})"/>, for a name in a directory.</summary>
    internal string Display(ReadOnlySpan<byte> relativeDirectory, ReadOnlySpan<byte> name) =>
        Display(PathText.Join(relativeDirectory, name));

    /// <summary>Waits until all that was written to its file system is on storage.</summary>
    /// <exception cref="LinuxException">It is not.</exception>
    public void Sync() => Kernel.OrThrow(Kernel.SyncFileSystem(Fd), "syncfs", Path);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            Kernel.Close(Fd);
            Fd = -1;
        }
    }

    private static int OpenStep(int directory, ReadOnlySpan<byte> terminatedPath)
    {
        if (!s_withoutOpenat2)
        {
            var result = Kernel.OpenBeneath(directory, terminatedPath, Kernel.ReadDirectory);
            // Some container sandboxes answer EPERM for calls that they do not know.
            if (result is not (-Errno.ENOSYS or -Errno.EPERM))
            {
                return result;
            }

            s_withoutOpenat2 |= result == -Errno.ENOSYS;
        }

        return OpenByComponents(directory, terminatedPath[..^1]);
    }

    private int OpenInSteps(ReadOnlySpan<byte> path)
    {
        var directory = Fd;
        var step = new byte[LongestStep + 1];
        while (!path.IsEmpty)
        {
            var length = path.Length <= LongestStep ? path.Length : path[..LongestStep].LastIndexOf((byte)'/');
            path[..length].CopyTo(step);
            step[length] = 0;
            var next = OpenStep(directory, step.AsSpan(0, length + 1));
            CloseUnlessRoot(directory);
            if (next < 0)
            {
                return next;
            }

            directory = next;
            path = length == path.Length ? default : path[(length + 1)..];
        }

        return directory;
    }

    /// <summary>The older kernels' way to the same guarantee: one component at a time, none of them a link.</summary>
    private static int OpenByComponents(int root, ReadOnlySpan<byte> path)
    {
        var directory = root;
        var component = new byte[256];
        foreach (var range in path.Split((byte)'/'))
        {
            var name = path[range];
            if (name.Length > 255 || name.SequenceEqual(".."u8))
            {
                return -Errno.EINVAL;
            }

            name.CopyTo(component);
            component[name.Length] = 0;
            var next = Kernel.Open(directory, component.AsSpan(0, name.Length + 1), Kernel.ReadDirectory);
            if (directory != root)
            {
                Kernel.Close(directory);
            }

            if (next < 0)
            {
                return next;
            }

            directory = next;
        }

        return directory;
    }

    private void CloseUnlessRoot(int directory)
    {
        if (directory != Fd)
        {
            Kernel.Close(directory);
        }
    }
}
