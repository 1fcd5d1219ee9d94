using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>
/// The right to change names in a directory of a local file system: between the look at a version and its replacement nobody else replaces it. The kernel takes it
/// back when the process ends. Held for a system call or two.
/// </summary>
internal readonly struct NameTurn : IDisposable
{
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMilliseconds(20);

    private readonly int _fd;

    private NameTurn(int fd) => _fd = fd;

    /// <summary>Waits for the turn. Where there are no locks after all, it is nobody's, and the conditions of writes are as good as a look can make them.</summary>
    public static NameTurn Wait(int directory, CancellationToken cancellation)
    {
        // A descriptor of its own: two calls of one process exclude each other like two processes.
        var fd = Kernel.Open(directory, ".\0"u8, Kernel.ReadDirectory);
        try
        {
            var poll = TimeSpan.FromMilliseconds(1);
            while (fd >= 0 && Kernel.TryLockExclusive(fd) is -Errno.EAGAIN or -Errno.EINTR)
            {
                cancellation.WaitHandle.WaitOne(poll);
                poll = poll < s_longestPoll ? poll * 2 : s_longestPoll;
                cancellation.ThrowIfCancellationRequested();
            }

            return new NameTurn(fd);
        }
        catch
        {
            Kernel.Close(fd);
            throw;
        }
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
        }
    }
}
