using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/statfs.h.</summary>
internal static partial class StatFs
{
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
