using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>The calls of <c>unistd.h</c> and <c>sys/stat.h</c> that <see cref="PathFacts"/> stands on.</summary>
internal static unsafe partial class PathCalls
{
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_EACCESS = 0x200;
    internal const int W_OK = 2;
    internal const int X_OK = 1;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary><c>struct statx</c>: the same on every architecture. https://man7.org/linux/man-pages/man2/statx.2.html</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(20)]
        internal uint Uid;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(136)]
        internal uint DevMajor;

        [FieldOffset(140)]
        internal uint DevMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetStatx(int directory, string path, int flags, uint mask, out Statx result);

    [LibraryImport("libc", EntryPoint = "faccessat", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(int directory, string path, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();
}
