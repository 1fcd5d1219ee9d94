namespace Ferry.Core.Concurrency;

/// <summary>Where a file system keeps its data, as far as waiting for it is concerned.</summary>
public enum StorageClass
{
    /// <summary>A disk of this machine.</summary>
    Disk,

    /// <summary>This machine's memory.</summary>
    Memory,

    /// <summary>Behind a network or a user-space process: each request waits, and the waits of concurrent requests overlap.</summary>
    Remote,
}

/// <summary>What is known of a kind of file system by its magic number. Immutable.</summary>
/// <param name="Name">The name that mount(8) uses, or "unknown(0x...)".</param>
/// <param name="Class">Where the data is.</param>
/// <param name="TimestampGranularityNs">
/// Coarsest step, in nanoseconds, in which such a file system is known to keep modification times: 1 to 2,000,000,000. A guess on
/// the safe side where versions or servers differ.
/// </param>
public sealed record FileSystemType(string Name, StorageClass Class, long TimestampGranularityNs)
{
    private const long Ns = 1;
    private const long Ticks = 100;
    private const long Second = 1_000_000_000;

    /// <summary>The type for a magic number of statfs(2).</summary>
    /// <param name="magic">The field f_type; only its low 32 bits count, for some kernels extend the sign.</param>
    /// <returns>The type; for a number not listed here a remote one, because a network file system taken for a disk would crawl.</returns>
    public static FileSystemType FromMagic(long magic) => (uint)magic switch
    {
        0x01021994 => new("tmpfs", StorageClass.Memory, Ns),
        0x858458F6 => new("ramfs", StorageClass.Memory, Ns),
        0x958458F6 => new("hugetlbfs", StorageClass.Memory, Ns),
        0x00009FA0 => new("proc", StorageClass.Memory, Ns),
        0x62656572 => new("sysfs", StorageClass.Memory, Ns),
        // ext2 and ext3 share the number and keep whole seconds, but have all but died out.
        0x0000EF53 => new("ext4", StorageClass.Disk, Ns),
        0x58465342 => new("xfs", StorageClass.Disk, Ns),
        0x9123683E => new("btrfs", StorageClass.Disk, Ns),
        0x2FC12FC1 => new("zfs", StorageClass.Disk, Ns),
        0xCA451A4E => new("bcachefs", StorageClass.Disk, Ns),
        0xF2F52010 => new("f2fs", StorageClass.Disk, Ns),
        0x3153464A => new("jfs", StorageClass.Disk, Ns),
        0x52654973 => new("reiserfs", StorageClass.Disk, Second),
        0x00004D44 => new("vfat", StorageClass.Disk, 2 * Second),
        0x2011BAB0 => new("exfat", StorageClass.Disk, 10_000_000),
        0x7366746E => new("ntfs3", StorageClass.Disk, Ticks),
        0x5346544E => new("ntfs", StorageClass.Disk, Ticks),
        0x00009660 => new("iso9660", StorageClass.Disk, Second),
        0x73717368 => new("squashfs", StorageClass.Disk, Second),
        0xE0F5E1E2 => new("erofs", StorageClass.Disk, Ns),
        // The layers below may be of any kind; they are nearly always local.
        0x794C7630 => new("overlay", StorageClass.Disk, Ns),
        0x0000F15F => new("ecryptfs", StorageClass.Disk, Ns),
        // What the server's disk keeps, old servers whole seconds.
        0x00006969 => new("nfs", StorageClass.Remote, Second),
        // Its protocol carries whole seconds.
        0x0BD00BD0 => new("lustre", StorageClass.Remote, Second),
        0x47504653 => new("gpfs", StorageClass.Remote, 1000),
        0x19830326 => new("beegfs", StorageClass.Remote, Second),
        0x00C36400 => new("ceph", StorageClass.Remote, Ns),
        0xFF534D42 => new("cifs", StorageClass.Remote, Ticks),
        0xFE534D42 => new("smb2", StorageClass.Remote, Ticks),
        0x0000517B => new("smb", StorageClass.Remote, 2 * Second),
        0x01021997 => new("9p", StorageClass.Remote, Ns),
        0x6A656A63 => new("virtiofs", StorageClass.Remote, Ns),
        0x5346414F => new("afs", StorageClass.Remote, Second),
        0x6B414653 => new("kafs", StorageClass.Remote, Second),
        0x73757245 => new("coda", StorageClass.Remote, Second),
        0x01161970 => new("gfs2", StorageClass.Remote, Ns),
        0x7461636F => new("ocfs2", StorageClass.Remote, Ns),
        0xAAD7AAEA => new("panfs", StorageClass.Remote, Second),
        0x20030528 => new("orangefs", StorageClass.Remote, Second),
        0x786F4256 => new("vboxsf", StorageClass.Remote, Second),
        0x65735546 => new("fuse", StorageClass.Remote, Second),
        _ => new($"unknown(0x{(uint)magic:x8})", StorageClass.Remote, Second),
    };
}
