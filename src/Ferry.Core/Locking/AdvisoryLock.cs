using Ferry.Core.Linux;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Core.Locking;

/// <summary>How the wait for a lock ended.</summary>
public enum LockOutcome
{
    /// <summary>Held until disposed.</summary>
    Held,

    /// <summary>Another process kept it for the whole time.</summary>
    TimedOut,

    /// <summary>The file system has no locks (ENOSYS, ENOLCK, EOPNOTSUPP). Work goes on without: locks only save work.</summary>
    Unsupported,
}

/// <summary>
/// An exclusive flock(2) on a file, waited for by polling. On Lustre, GPFS, BeeGFS and some NFS the call succeeds for every caller:
/// nothing may depend on it for correctness.
/// </summary>
public sealed class AdvisoryLock : IDisposable
{
    private static readonly TimeSpan s_firstPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMilliseconds(500);

    private int _fd;

    private AdvisoryLock(int fd, LockOutcome outcome)
    {
        _fd = fd;
        Outcome = outcome;
    }

    /// <summary>Whether the lock is held.</summary>
    public LockOutcome Outcome { get; }

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file; made if missing, never removed, since a waiter may have it open.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onWaiting">Called once if the lock is not free at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="LinuxException">The lock file cannot be opened, or locking fails for another reason than being unsupported.</exception>
    public static AdvisoryLock Acquire(string path, TimeSpan timeout, TimeProvider time, Action onWaiting, CancellationToken cancellation)
    {
        // NFSv4 emulates flock by range locks, which need a descriptor that is open for writing.
        var flags = Linux.Native.Fcntl.O_RDWR | Linux.Native.Fcntl.O_CREAT | Linux.Native.Fcntl.O_NOFOLLOW | Linux.Native.Fcntl.O_CLOEXEC;
        var fd = Kernel.OrThrow(Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), flags, 0x180), "open", path);
        try
        {
            return new AdvisoryLock(fd, Wait(fd, path, timeout, time, onWaiting, cancellation));
        }
        catch
        {
            Kernel.Close(fd);
            throw;
        }
    }

    /// <summary>Locks an open file, without waiting, until <see cref="Release"/> or the end of the process.</summary>
    /// <param name="file">Open for writing.</param>
    /// <returns><see cref="LockOutcome.TimedOut"/>: whoever else has it open holds it.</returns>
    /// <exception cref="LinuxException">Locking fails for another reason than being unsupported.</exception>
    public static LockOutcome TryHold(SafeFileHandle file) => Kernel.TryLockExclusive((int)file.DangerousGetHandle()) switch
    {
        >= 0 => LockOutcome.Held,
        -Errno.EAGAIN or -Errno.EINTR => LockOutcome.TimedOut,
        -Errno.ENOSYS or -Errno.ENOLCK or -Errno.EOPNOTSUPP => LockOutcome.Unsupported,
        var failure => throw new LinuxException(-failure, "flock", "an open file"),
    };

    /// <summary>Gives up what <see cref="TryHold"/> holds. Closing alone does not while a program is being started, whose process has the file open for a moment.</summary>
    public static void Release(SafeFileHandle file) => Kernel.Unlock((int)file.DangerousGetHandle());

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
            _fd = -1;
        }
    }

    private static LockOutcome Wait(
        int fd, string path, TimeSpan timeout, TimeProvider time, Action onWaiting, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var poll = s_firstPoll; ; poll = poll * 1.5 < s_longestPoll ? poll * 1.5 : s_longestPoll)
        {
            var result = Kernel.TryLockExclusive(fd);
            switch (result)
            {
                case >= 0:
                    return LockOutcome.Held;
                case -Errno.ENOSYS or -Errno.ENOLCK or -Errno.EOPNOTSUPP:
                    return LockOutcome.Unsupported;
                case not (-Errno.EAGAIN or -Errno.EINTR):
                    throw new LinuxException(-result, "flock", path);
            }

            var waited = time.GetElapsedTime(start);
            if (waited >= timeout)
            {
                return LockOutcome.TimedOut;
            }

            if (poll == s_firstPoll)
            {
                onWaiting();
            }

            var rest = timeout - waited;
            cancellation.WaitHandle.WaitOne(poll < rest ? poll : rest);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
