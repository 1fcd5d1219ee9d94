using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Being told of changes in directories.</summary>
internal static unsafe partial class Kernel
{
    public static int OpenInotify() => OrErrno(Inotify.inotify_init1(Inotify.IN_NONBLOCK | Inotify.IN_CLOEXEC));

    /// <summary>From here on what is made, moved into, or written in a directory is told; not a link's target. Does nothing for one that is watched.</summary>
    public static int AddWatch(int fd, ReadOnlySpan<byte> path)
    {
        const uint mask = Inotify.IN_CREATE | Inotify.IN_MOVED_TO | Inotify.IN_MODIFY | Inotify.IN_CLOSE_WRITE;
        fixed (byte* p = path)
        {
            return OrErrno(Inotify.inotify_add_watch(fd, p, mask | Inotify.IN_ONLYDIR | Inotify.IN_DONT_FOLLOW));
        }
    }

    /// <summary>Waits until a descriptor can be read: 1 if so, 0 if not in this time.</summary>
    public static int WaitToRead(int fd, int milliseconds)
    {
        var ready = new Poll.Descriptor { Fd = fd, Events = Poll.POLLIN };
        var result = OrErrno(Poll.poll(&ready, 1, milliseconds));
        return result == -Errno.EINTR ? 0 : result;
    }
}
