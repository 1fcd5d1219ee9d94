using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/file.h: advisory whole-file locks.</summary>
internal static partial class SysFile
{
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;

    [LibraryImport(Libc.Name, EntryPoint = "flock", SetLastError = true)]
    public static partial int flock(int fd, int operation);
}
