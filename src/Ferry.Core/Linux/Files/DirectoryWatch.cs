namespace Ferry.Core.Linux;

/// <summary>
/// Tells that something was made, moved into, or written in some directories, by inotify(7); what, one has to look. Changes that other machines make on a network file system are not told.
/// One thread waits; another may dispose when it does not.
/// </summary>
public sealed class DirectoryWatch : IDisposable
{
    private int _fd;

    private DirectoryWatch(int fd) => _fd = fd;

    /// <summary>Begins, with no directory.</summary>
    /// <exception cref="LinuxException">EMFILE: the user has fs.inotify.max_user_instances of them.</exception>
    public static DirectoryWatch Open() => new(Kernel.OrThrow(Kernel.OpenInotify(), "inotify_init1", "inotify"));

    /// <summary>Watches a directory, without those below it. One that is watched, that is gone, or that is a link changes nothing.</summary>
    /// <exception cref="LinuxException">ENOSPC: the user has fs.inotify.max_user_watches of them; or it cannot be read.</exception>
    public void Add(string directory)
    {
        var result = Kernel.AddWatch(_fd, PathText.ToTerminated(directory));
        if (result is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP))
        {
            Kernel.OrThrow(result, "inotify_add_watch", directory);
        }
    }

    /// <summary>Waits for a change, and forgets all that were told so far.</summary>
    /// <returns>Whether there was one; also if more happened than the kernel keeps.</returns>
    /// <exception cref="LinuxException">It cannot be waited for.</exception>
    public bool Wait(TimeSpan timeout)
    {
        if (Kernel.OrThrow(Kernel.WaitToRead(_fd, (int)timeout.TotalMilliseconds), "poll", "inotify") == 0)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[16 * 1024];
        while (Kernel.Read(_fd, buffer) > 0)
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
            _fd = -1;
        }
    }
}
