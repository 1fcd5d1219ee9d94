using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/xattr.h: extended attributes by file descriptor.</summary>
internal static unsafe partial class Xattr
{
    [LibraryImport(Libc.Name, EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint flistxattr(int fd, byte* list, nuint size);

    [LibraryImport(Libc.Name, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint fgetxattr(int fd, byte* name, byte* value, nuint size);

    [LibraryImport(Libc.Name, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int fsetxattr(int fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Libc.Name, EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int fremovexattr(int fd, byte* name);
}
