using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/prctl.h.</summary>
internal static partial class Prctl
{
    public const int PR_SET_CHILD_SUBREAPER = 36;

    [LibraryImport(Libc.Name, EntryPoint = "prctl")]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
