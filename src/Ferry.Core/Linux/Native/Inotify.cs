using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/inotify.h: being told of changes in directories.</summary>
internal static unsafe partial class Inotify
{
    public const int IN_NONBLOCK = 0x800;
    public const int IN_CLOEXEC = 0x80000;
    public const uint IN_MODIFY = 0x2;
    public const uint IN_CLOSE_WRITE = 0x8;
    public const uint IN_MOVED_TO = 0x80;
    public const uint IN_CREATE = 0x100;
    public const uint IN_ONLYDIR = 0x1000000;
    public const uint IN_DONT_FOLLOW = 0x2000000;

    [LibraryImport(Libc.Name, EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int inotify_init1(int flags);

    [LibraryImport(Libc.Name, EntryPoint = "inotify_add_watch", SetLastError = true)]
    public static partial int inotify_add_watch(int fd, byte* path, uint mask);
}
