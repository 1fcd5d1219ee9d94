using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>fcntl.h: opening and preallocating files. Constants as in C.</summary>
internal static unsafe partial class Fcntl
{
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_EMPTY_PATH = 0x1000;

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    // The two flags below differ between the x86 and the generic Linux ABI.
    private static readonly bool s_genericAbi = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int O_DIRECTORY => s_genericAbi ? 0x4000 : 0x10000;

    public static int O_NOFOLLOW => s_genericAbi ? 0x8000 : 0x20000;

    public static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    public const int AT_SYMLINK_FOLLOW = 0x400;

    public const int POSIX_FADV_SEQUENTIAL = 2;
    public const int POSIX_FADV_DONTNEED = 4;

    public const int O_ACCMODE = 3;
    public const int F_GETFD = 1;
    public const int F_GETFL = 3;
    public const int FD_CLOEXEC = 1;

    [LibraryImport(Libc.Name, EntryPoint = "openat", SetLastError = true)]
    public static partial int openat(int dirfd, byte* path, int flags, uint mode);

    [LibraryImport(Libc.Name, EntryPoint = "posix_fadvise")]
    public static partial int posix_fadvise(int fd, long offset, long length, int advice);

    [LibraryImport(Libc.Name, EntryPoint = "fallocate", SetLastError = true)]
    public static partial int fallocate(int fd, int mode, long offset, long length);

    [LibraryImport(Libc.Name, EntryPoint = "fcntl")]
    public static partial int fcntl(int fd, int command, int argument);
}
