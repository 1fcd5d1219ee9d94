using System.Globalization;
using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>What the start of a command asks about a path: few questions, one system call each.</summary>
/// <param name="OwnerId">The numeric user that owns it.</param>
/// <param name="Mode">The file type and permission bits, as in <c>st_mode</c>.</param>
/// <param name="Device">Identifies the file system.</param>
public readonly record struct PathFacts(uint OwnerId, int Mode, ulong Device)
{
    private const int TypeMask = 0xF000;
    private const int DirectoryType = 0x4000;
    private const int StickyBit = 0x200;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>Whether only the owner of an entry may remove it, as in <c>/tmp</c>.</summary>
    public bool IsSticky => (Mode & StickyBit) != 0;

    /// <summary>The user that the process acts for.</summary>
    public static uint EffectiveUserId => PathCalls.EffectiveUserId();

    /// <summary>Absolute path of the program that the parent process runs; null if it is another user's or has been deleted.</summary>
    public static string? ParentProgram => RealPath(
        "/proc/" + PathCalls.ParentProcessId().ToString(CultureInfo.InvariantCulture) + "/exe");

    /// <summary>The facts of what a path leads to; null if it does not exist or cannot be reached.</summary>
    public static PathFacts? Of(string path) =>
        PathCalls.GetStatx(PathCalls.AT_FDCWD, path, 0, PathCalls.STATX_BASIC_STATS, out var found) == 0 ? From(found) : null;

    internal static PathFacts? Of(int descriptor) =>
        PathCalls.GetStatx(descriptor, "", PathCalls.AT_EMPTY_PATH, PathCalls.STATX_BASIC_STATS, out var found) == 0 ? From(found) : null;

    /// <summary>Whether the user may create files in a directory.</summary>
    public static bool MayWriteIn(string directory) =>
        PathCalls.Access(PathCalls.AT_FDCWD, directory, PathCalls.W_OK | PathCalls.X_OK, PathCalls.AT_EACCESS) == 0;

    /// <summary>The path without symbolic links, <c>.</c> and <c>..</c>; null if it does not exist or cannot be reached.</summary>
    public static unsafe string? RealPath(string path)
    {
        var buffer = stackalloc byte[PathCalls.PATH_MAX];
        return PathCalls.RealPath(path, buffer) == null ? null : Marshal.PtrToStringUTF8((nint)buffer);
    }

    private static PathFacts From(in PathCalls.Statx s) => new(s.Uid, s.Mode, ((ulong)s.DevMajor << 32) | s.DevMinor);
}
