using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/ioctl.h.</summary>
internal static partial class IoControl
{
    /// <summary>Of linux/fs.h: _IOW(0x94, 9, int).</summary>
    public const nuint FICLONE = 0x40049409;

    [LibraryImport(Libc.Name, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, nint argument);
}
