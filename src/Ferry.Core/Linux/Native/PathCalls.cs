using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>
/// The calls of <c>unistd.h</c>, <c>fcntl.h</c>, <c>stdlib.h</c> and <c>sys/stat.h</c> that <see cref="PathFacts"/> and
/// <see cref="SmallFile"/> stand on.
/// </summary>
internal static unsafe partial class PathCalls
{
    // With its version the loader finds it at once; "libc" makes the runtime try five other names first.
    private const string LibcName = Libc.Name;

    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_EACCESS = 0x200;
    internal const int O_RDONLY = 0;
    internal const int O_NOCTTY = 0x100;
    internal const int O_CLOEXEC = 0x80000;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int ENOTDIR = 20;
    internal const int PATH_MAX = 4096;
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

    [LibraryImport(Libc.Name, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetStatx(int directory, string path, int flags, uint mask, out Statx result);

    [LibraryImport(Libc.Name, EntryPoint = "faccessat", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(int directory, string path, int mode, int flags);

    [LibraryImport(Libc.Name, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(Libc.Name, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport(Libc.Name, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport(Libc.Name, EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* RealPath(string path, byte* resolved);

    [LibraryImport(Libc.Name, EntryPoint = "getppid")]
    internal static partial int ParentProcessId();

    [LibraryImport(Libc.Name, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();
}
