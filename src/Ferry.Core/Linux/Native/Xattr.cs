using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/xattr.h: extended attributes by file descriptor, and of a path without following it.</summary>
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

    [LibraryImport(Libc.Name, EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport(Libc.Name, EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);
}
