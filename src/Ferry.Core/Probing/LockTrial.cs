using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Probing;

/// <summary>What a file system answered to flock(2).</summary>
public enum LockAnswer
{
    /// <summary>The lock was given.</summary>
    Given,

    /// <summary>Somebody else has it.</summary>
    Taken,

    /// <summary>There are no locks (ENOSYS, ENOLCK, EOPNOTSUPP).</summary>
    Unsupported,

    /// <summary>Another error.</summary>
    Failed,
}

/// <summary>One attempt to lock a file, by an open file description of its own, held until disposed.</summary>
public sealed class LockTrial : IDisposable
{
    private int _fd;

    private LockTrial(int fd, int result)
    {
        _fd = fd;
        Error = result < 0 ? -result : 0;
        Answer = result switch
        {
            >= 0 => LockAnswer.Given,
            -Errno.EAGAIN => LockAnswer.Taken,
            -Errno.ENOSYS or -Errno.ENOLCK or -Errno.EOPNOTSUPP => LockAnswer.Unsupported,
            _ => LockAnswer.Failed,
        };
    }

    /// <summary>How it went.</summary>
    public LockAnswer Answer { get; }

    /// <summary>The error number, 0 if there was none.</summary>
    public int Error { get; }

    /// <summary>Makes a file to lock and returns its path.</summary>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    public static string CreateFile(ProbeDirectory directory)
    {
        const string Name = "lock";
        var path = Path.Join(directory.Path, Name);
        Kernel.OrThrow(directory.WriteFile(PathText.ToTerminated(Name)), "open", path);
        return path;
    }

    /// <summary>Asks for the lock of an existing file, without waiting.</summary>
    /// <exception cref="LinuxException">The file cannot be opened.</exception>
    public static LockTrial Take(string path)
    {
        var flags = Fcntl.O_RDWR | Fcntl.O_NOFOLLOW | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC;
        var fd = Kernel.OrThrow(Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), flags), "open", path);
        return new LockTrial(fd, Kernel.TryLockExclusive(fd));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
        }

        _fd = -1;
    }
}
