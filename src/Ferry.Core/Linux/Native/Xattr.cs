using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/xattr.h: extended attributes by file descriptor.</summary>
internal static unsafe partial class Xattr
{
    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint flistxattr(int fd, byte* list, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint fgetxattr(int fd, byte* name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int fsetxattr(int fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int fremovexattr(int fd, byte* name);
}
