using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>signal.h.</summary>
internal static partial class Signal
{
    public const int SIGXFSZ = 25;
    public const nint SIG_IGN = 1;

    [LibraryImport(Libc.Name, EntryPoint = "signal")]
    public static partial nint signal(int number, nint handler);
}
