using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>unistd.h and stdio.h: reading, writing, linking, removing, renaming. Constants as in C.</summary>
internal static unsafe partial class Unistd
{
    public const int SEEK_SET = 0;

    [LibraryImport(Libc.Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport(Libc.Name, EntryPoint = "pread", SetLastError = true)]
    public static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport(Libc.Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport(Libc.Name, EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint pwrite(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport(Libc.Name, EntryPoint = "close", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport(Libc.Name, EntryPoint = "lseek", SetLastError = true)]
    public static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Libc.Name, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int ftruncate(int fd, long length);

    [LibraryImport(Libc.Name, EntryPoint = "fsync", SetLastError = true)]
    public static partial int fsync(int fd);

    [LibraryImport(Libc.Name, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int syncfs(int fd);

    [LibraryImport(Libc.Name, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int unlinkat(int dirfd, byte* path, int flags);

    [LibraryImport(Libc.Name, EntryPoint = "linkat", SetLastError = true)]
    public static partial int linkat(int oldDirfd, byte* oldPath, int newDirfd, byte* newPath, int flags);

    [LibraryImport(Libc.Name, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int symlinkat(byte* target, int dirfd, byte* path);

    [LibraryImport(Libc.Name, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint readlinkat(int dirfd, byte* path, byte* buffer, nuint size);

    [LibraryImport(Libc.Name, EntryPoint = "renameat", SetLastError = true)]
    public static partial int renameat(int oldDirfd, byte* oldPath, int newDirfd, byte* newPath);

    [LibraryImport(Libc.Name, EntryPoint = "fchownat", SetLastError = true)]
    public static partial int fchownat(int dirfd, byte* path, uint uid, uint gid, int flags);

    public const int PATH_MAX = 4096;
    public const int R_OK = 4;
    public const int W_OK = 2;
    public const int X_OK = 1;
    public const int AT_EACCESS = 0x200;

    [LibraryImport(Libc.Name, EntryPoint = "faccessat", SetLastError = true)]
    public static partial int faccessat(int dirfd, byte* path, int mode, int flags);

    /// <summary>Of stdlib.h.</summary>
    [LibraryImport(Libc.Name, EntryPoint = "realpath", SetLastError = true)]
    public static partial byte* realpath(byte* path, byte* resolved);

    [LibraryImport(Libc.Name, EntryPoint = "getppid")]
    public static partial int getppid();

    [LibraryImport(Libc.Name, EntryPoint = "geteuid")]
    public static partial uint geteuid();

    [LibraryImport(Libc.Name, EntryPoint = "getegid")]
    public static partial uint getegid();

    [LibraryImport(Libc.Name, EntryPoint = "getpgrp")]
    public static partial int getpgrp();

    [LibraryImport(Libc.Name, EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int tcgetpgrp(int fd);

    [LibraryImport(Libc.Name, EntryPoint = "tcsetpgrp", SetLastError = true)]
    public static partial int tcsetpgrp(int fd, int group);
}
