using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Tests.Copying;

/// <summary>File statuses as the kernel would give them, for rules that are decided by them alone.</summary>
internal static class Status
{
    public static FileStatus Of(
        EntryKind kind = EntryKind.File, long size = 100, Timestamp? modified = null, Timestamp? changed = null, ulong inode = 7,
        int permissions = 0x1A4, uint uid = 1000, uint gid = 1000, uint links = 1)
    {
        var (modifiedAt, changedAt) = (modified ?? new Timestamp(1_000, 5), changed ?? new Timestamp(2_000, 5));
        var type = kind switch
        {
            EntryKind.File => Stat.S_IFREG,
            EntryKind.Directory => Stat.S_IFDIR,
            EntryKind.Symlink => Stat.S_IFLNK,
            _ => (ushort)0x1000, // a FIFO
        };
        return new FileStatus(new Stat.Statx
        {
            Mode = (ushort)(type | permissions),
            Size = (ulong)size,
            Blocks = (ulong)(size + 511) / 512,
            Inode = inode,
            Links = links,
            Uid = uid,
            Gid = gid,
            ModifyTime = new Stat.StatxTimestamp { Seconds = modifiedAt.Seconds, Nanoseconds = modifiedAt.Nanoseconds },
            ChangeTime = new Stat.StatxTimestamp { Seconds = changedAt.Seconds, Nanoseconds = changedAt.Nanoseconds },
        });
    }
}
