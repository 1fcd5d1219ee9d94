using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/statfs.h, and of sys/stat.h the one field that says which device a path is on.</summary>
internal static partial class StatFs
{
    private const int AtFdCwd = -100;
    private const int AtEmptyPath = 0x1000;

    // linux/stat.h: struct statx is 256 bytes on every architecture.
    private const int StatxBytes = 256;
    private const int StatxDevMajorOffset = 0x88;
    private const int StatxDevMinorOffset = 0x8C;

    // By number: glibc has the function only since 2.28, Ferry starts from 2.27.
    private static readonly long StatxNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 291 : 332;

    /// <summary>statfs(2): the file system that holds a path; follows symbolic links.</summary>
    /// <param name="path">Bytes of the path, ended by a NUL.</param>
    /// <param name="buffer">Filled on success.</param>
    /// <returns>0, or -1 with the errno in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    [LibraryImport(Libc.Name, EntryPoint = "statfs", SetLastError = true)]
    internal static unsafe partial int Get(byte* path, out Buffer buffer);

    /// <summary>fstatfs(2): the file system of an open file.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="buffer">Filled on success.</param>
    /// <returns>0, or -1 with the errno in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    [LibraryImport(Libc.Name, EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int GetByFd(int fd, out Buffer buffer);

    /// <summary>The device number of the file system that holds a path; follows symbolic links.</summary>
    /// <param name="path">Bytes of the path, ended by a NUL.</param>
    /// <param name="major">Major number; 0 for file systems that are on no block device.</param>
    /// <param name="minor">Minor number.</param>
    /// <returns>Whether the kernel told.</returns>
    internal static unsafe bool TryGetDevice(byte* path, out uint major, out uint minor) =>
        TryStatx(AtFdCwd, path, 0, out major, out minor);

    /// <summary>The device number of the file system of an open file.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="major">Major number; 0 for file systems that are on no block device.</param>
    /// <param name="minor">Minor number.</param>
    /// <returns>Whether the kernel told.</returns>
    internal static unsafe bool TryGetDevice(int fd, out uint major, out uint minor)
    {
        byte empty = 0;
        return TryStatx(fd, &empty, AtEmptyPath, out major, out minor);
    }

    private static unsafe bool TryStatx(int fd, byte* path, int flags, out uint major, out uint minor)
    {
        byte* buffer = stackalloc byte[StatxBytes];
        // Mask 0: the device number is always filled in, and a network file system need not ask its server.
        bool known = Syscall(StatxNumber, fd, (nint)path, flags, 0, (nint)buffer) == 0;
        major = known ? *(uint*)(buffer + StatxDevMajorOffset) : 0;
        minor = known ? *(uint*)(buffer + StatxDevMinorOffset) : 0;
        return known;
    }

    [LibraryImport(Libc.Name, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(long number, nint a, nint b, nint c, nint d, nint e);

    /// <summary>struct statfs of 64-bit Linux; x86-64 and arm64 agree.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Buffer
    {
        internal long Type;
        internal long BlockSize;
        internal ulong Blocks;
        internal ulong BlocksFree;
        internal ulong BlocksAvailable;
        internal ulong Files;
        internal ulong FilesFree;
        internal ulong Id;
        internal long NameLength;
        internal long FragmentSize;
        internal long Flags;
        internal fixed long Spare[4];
    }
}
