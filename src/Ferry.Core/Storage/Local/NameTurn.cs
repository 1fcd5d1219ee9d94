using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>
/// The right to change names in a directory of a local file system: between the look at a version and its replacement nobody else replaces it. The kernel takes it
/// back when the process ends. Held for a system call or two; who takes it for longer is not waited for.
/// </summary>
internal readonly struct NameTurn : IDisposable
{
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMilliseconds(20);

    private readonly int _fd;

    private NameTurn(int fd) => _fd = fd;

    /// <summary>Whether this is the only one who has it. It is not where there are no locks after all, or where somebody kept them for too long.</summary>
    public bool IsHeld { get; private init; }

    /// <summary>Waits for the turn.</summary>
    /// <param name="directory">Open.</param>
    /// <param name="limit">For how long at most: everybody who may read the directory may lock it, and be stopped then.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static NameTurn Wait(int directory, TimeSpan limit, CancellationToken cancellation)
    {
        // A descriptor of its own: two calls of one process exclude each other like two processes.
        var fd = Kernel.Open(directory, ".\0"u8, Kernel.ReadDirectory);
        try
        {
            var (poll, result) = (TimeSpan.FromMilliseconds(1), fd);
            for (var waited = TimeSpan.Zero; fd >= 0 && (result = Kernel.TryLockExclusive(fd)) is -Errno.EAGAIN or -Errno.EINTR && waited < limit; waited += poll)
            {
                poll = poll < s_longestPoll ? poll * 2 : s_longestPoll;
                cancellation.WaitHandle.WaitOne(poll);
                cancellation.ThrowIfCancellationRequested();
            }

            return new NameTurn(fd) { IsHeld = result >= 0 };
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
