using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>What a name in a tree is.</summary>
public enum EntryKind : byte
{
    /// <summary>A device, socket or FIFO: reported and skipped.</summary>
    Other = 0,

    /// <summary>A regular file.</summary>
    File = 1,

    /// <summary>A directory.</summary>
    Directory = 2,

    /// <summary>A symbolic link, dangling or not; never followed.</summary>
    Symlink = 3,
}

/// <summary>
/// The status of a file as statx(2) gives it, without access and birth times. 64 bytes: a tree of a million files keeps a
/// million of these.
/// </summary>
public readonly struct FileStatus
{
    private readonly long _modifiedSeconds;
    private readonly long _changedSeconds;
    private readonly uint _modifiedNanoseconds;
    private readonly uint _changedNanoseconds;
    private readonly ushort _mode;

    internal FileStatus(in Stat.Statx statx)
    {
        Size = (long)statx.Size;
        Inode = statx.Inode;
        Device = ((ulong)statx.DeviceMajor << 32) | statx.DeviceMinor;
        _modifiedSeconds = statx.ModifyTime.Seconds;
        _modifiedNanoseconds = statx.ModifyTime.Nanoseconds;
        _changedSeconds = statx.ChangeTime.Seconds;
        _changedNanoseconds = statx.ChangeTime.Nanoseconds;
        Uid = statx.Uid;
        Gid = statx.Gid;
        Links = statx.Links;
        _mode = statx.Mode;
        // A file system may count blocks in units larger than 512 bytes, never in fewer: less than the size means holes.
        IsSparse = statx.Blocks * 512 < statx.Size;
    }

    /// <summary>Size in bytes; for a symlink the length of its target.</summary>
    public long Size { get; }

    /// <summary>Inode number, unique within <see cref="Device"/>.</summary>
    public ulong Inode { get; }

    /// <summary>Device number: major in the upper, minor in the lower 32 bits.</summary>
    public ulong Device { get; }

    /// <summary>Owner.</summary>
    public uint Uid { get; }

    /// <summary>Group.</summary>
    public uint Gid { get; }

    /// <summary>Number of names of the inode.</summary>
    public uint Links { get; }

    /// <summary>True when fewer blocks are allocated than the size needs.</summary>
    public bool IsSparse { get; }

    /// <summary>Permission bits with setuid, setgid and sticky, 0 to 07777 octal.</summary>
    public ushort Permissions => (ushort)(_mode & 0xFFF);

    /// <summary>Last change of the contents.</summary>
    public Timestamp Modified => new(_modifiedSeconds, _modifiedNanoseconds);

    /// <summary>Last change of contents, mode, owner, links or attributes; cannot be set by programs.</summary>
    public Timestamp Changed => new(_changedSeconds, _changedNanoseconds);

    /// <summary>The kind of file.</summary>
    public EntryKind Kind => (_mode & Stat.S_IFMT) switch
    {
        Stat.S_IFREG => EntryKind.File,
        Stat.S_IFDIR => EntryKind.Directory,
        Stat.S_IFLNK => EntryKind.Symlink,
        _ => EntryKind.Other,
    };

    /// <summary>True when both are the same inode with the same size and times: nothing was written in between.</summary>
    public bool IsSameVersionAs(in FileStatus other) =>
        Inode == other.Inode && Device == other.Device && Size == other.Size
        && Modified == other.Modified && Changed == other.Changed;

    /// <summary>
    /// True when both are the same inode with the same size and modification time: unlike <see cref="IsSameVersionAs"/> also when it got
    /// or lost another name, mode or owner in between.
    /// </summary>
    public bool HasSameContentsAs(in FileStatus other) =>
        Inode == other.Inode && Device == other.Device && Kind == other.Kind && Size == other.Size && Modified == other.Modified;
}
