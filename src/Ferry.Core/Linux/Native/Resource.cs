using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/resource.h: limits of the process.</summary>
internal static unsafe partial class Resource
{
    public const int RLIMIT_NOFILE = 7;

    [LibraryImport(Libc.Name, EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int getrlimit(int resource, Limit* limit);

    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public ulong Current;
        public ulong Maximum;
    }
}
