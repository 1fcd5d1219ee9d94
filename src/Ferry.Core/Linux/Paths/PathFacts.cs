using System.Globalization;

namespace Ferry.Core.Linux;

/// <summary>What the start of a command asks about a path: few questions, one system call each.</summary>
/// <param name="OwnerId">The numeric user that owns it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Permissions">Permission bits with setuid, setgid and sticky.</param>
/// <param name="Device">Identifies the file system.</param>
public readonly record struct PathFacts(uint OwnerId, EntryKind Kind, ushort Permissions, ulong Device)
{
    private const ushort StickyBit = 0x200;
    private const ushort SetUserBit = 0x800;
    private const ushort AnyExecute = 0x49;

    /// <summary>Identifies it within <see cref="Device"/>.</summary>
    public ulong Inode { get; init; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Kind == EntryKind.Directory;

    /// <summary>Whether only the owner of an entry may remove it, as in <c>/tmp</c>.</summary>
    public bool IsSticky => (Permissions & StickyBit) != 0;

    /// <summary>Whether it is a file that somebody may run.</summary>
    public bool IsProgram => Kind == EntryKind.File && (Permissions & AnyExecute) != 0;

    /// <summary>Whether it runs with the rights of its owner.</summary>
    public bool IsSetUser => (Permissions & SetUserBit) != 0;

    /// <summary>The user that the process acts for.</summary>
    public static uint EffectiveUserId => Kernel.EffectiveUser;

    /// <summary>Absolute path of the program that the parent process runs; null if it is another user's or has been deleted.</summary>
    public static string? ParentProgram =>
        RealPath("/proc/" + Native.Unistd.getppid().ToString(CultureInfo.InvariantCulture) + "/exe");

    /// <summary>The facts of what a path leads to; null if it does not exist or cannot be reached.</summary>
    public static PathFacts? Of(string path) =>
        Kernel.StatusOfTarget(Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), out var status) == 0 ? From(status) : null;

    /// <summary>Whether the user may create files in a directory.</summary>
    public static bool MayWriteIn(string directory) => Kernel.MayWriteIn(PathText.ToTerminated(directory)) == 0;

    /// <summary>Whether the user may open a path in this way; nothing is read or written.</summary>
    public static bool MayOpen(string path, FileAccess access) =>
        Kernel.MayAccess(PathText.ToTerminated(path), access != FileAccess.Write, access != FileAccess.Read) == 0;

    /// <summary>The path without symbolic links, <c>.</c> and <c>..</c>; null if it does not exist or cannot be reached.</summary>
    public static string? RealPath(string path) => Kernel.RealPath(PathText.ToTerminated(path));

    internal static PathFacts? Of(int descriptor) => Kernel.StatusOf(descriptor, out var status) == 0 ? From(status) : null;

    private static PathFacts From(in FileStatus status) => new(status.Uid, status.Kind, status.Permissions, status.Device) { Inode = status.Inode };
}
