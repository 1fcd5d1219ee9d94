using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>
/// System calls that older C libraries (from glibc 2.27) do not wrap. Numbers from asm/unistd.h.
/// </summary>
internal static unsafe partial class Syscall
{
    private static readonly bool s_arm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static nint StatxNumber => s_arm64 ? 291 : 332;

    private static nint Getdents64Number => s_arm64 ? 61 : 217;

    private static nint Openat2Number => 437;

    private static nint Renameat2Number => s_arm64 ? 276 : 316;

    private static nint ListxattratNumber => 465;

    private static nint IoprioSetNumber => s_arm64 ? 30 : 251;

    [LibraryImport(Libc.Name, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint a, nint b, nint c, nint d, nint e);

    public static int statx(int dirfd, byte* path, int flags, uint mask, Stat.Statx* buffer) =>
        (int)Call(StatxNumber, dirfd, (nint)path, flags, (nint)mask, (nint)buffer);

    public static nint getdents64(int fd, byte* buffer, nint size) =>
        Call(Getdents64Number, fd, (nint)buffer, size, 0, 0);

    public static int openat2(int dirfd, byte* path, OpenHow* how) =>
        (int)Call(Openat2Number, dirfd, (nint)path, (nint)how, sizeof(OpenHow), 0);

    public const int IOPRIO_WHO_PROCESS = 1;
    public const int IOPRIO_CLASS_IDLE = 3;
    public const int IOPRIO_CLASS_SHIFT = 13;

    public static int ioprio_set(int which, int who, int priority) => (int)Call(IoprioSetNumber, which, who, priority, 0, 0);

    public const int RENAME_NOREPLACE = 1;
    public const int RENAME_EXCHANGE = 2;

    public static int renameat2(int oldDirfd, byte* oldPath, int newDirfd, byte* newPath, int flags) =>
        (int)Call(Renameat2Number, oldDirfd, (nint)oldPath, newDirfd, (nint)newPath, flags);

    /// <summary>Linux 6.13 and later.</summary>
    public static nint listxattrat(int dirfd, byte* path, int flags, byte* list, nuint size) =>
        Call(ListxattratNumber, dirfd, (nint)path, flags, (nint)list, (nint)size);

    /// <summary>struct open_how of linux/openat2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OpenHow
    {
        public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
        public const ulong RESOLVE_NO_SYMLINKS = 0x04;
        public const ulong RESOLVE_BENEATH = 0x08;

        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
