using System.Text;
using Ferry.Core.Concurrency;

namespace Ferry.Core.Tests.Concurrency;

public sealed class DeviceProfileTests : IDisposable
{
    private readonly string _sys = Directory.CreateTempSubdirectory("ferry-sysfs-").FullName;

    public void Dispose() => Directory.Delete(_sys, recursive: true);

    [Theory]
    [InlineData(0x01021994, "tmpfs", StorageClass.Memory)]
    [InlineData(0xEF53, "ext4", StorageClass.Disk)]
    [InlineData(0x58465342, "xfs", StorageClass.Disk)]
    [InlineData(0x9123683E, "btrfs", StorageClass.Disk)]
    // What a kernel that extends the sign of the magic number hands out.
    [InlineData(unchecked((int)0x9123683E), "btrfs", StorageClass.Disk)]
    [InlineData(0x794C7630, "overlay", StorageClass.Disk)]
    [InlineData(0x6969, "nfs", StorageClass.Remote)]
    [InlineData(0x0BD00BD0, "lustre", StorageClass.Remote)]
    [InlineData(0x47504653, "gpfs", StorageClass.Remote)]
    [InlineData(0x19830326, "beegfs", StorageClass.Remote)]
    [InlineData(0x00C36400, "ceph", StorageClass.Remote)]
    [InlineData(0xFE534D42, "smb2", StorageClass.Remote)]
    [InlineData(0x65735546, "fuse", StorageClass.Remote)]
    [InlineData(0x12345678, "unknown(0x12345678)", StorageClass.Remote)]
    public void The_magic_number_names_the_file_system(long magic, string name, StorageClass storage)
    {
        var type = FileSystemType.FromMagic(magic);
        Assert.Equal((name, storage), (type.Name, type.Class));
        Assert.InRange(type.TimestampGranularityNs, 1, 2_000_000_000);
    }

    [Fact]
    public void A_partition_asks_its_disk()
    {
        Disk("8:0", "pci/ata1/block/sda", rotational: true);
        Device("8:1", "pci/ata1/block/sda/sda1");
        File.WriteAllText(Path.Combine(_sys, "devices/pci/ata1/block/sda/sda1/partition"), "1\n");
        Assert.True(BlockDevice.IsRotational(8, 1, _sys));
        Assert.True(BlockDevice.IsRotational(8, 0, _sys));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public void A_volume_turns_if_any_disk_below_it_does(bool first, bool second, bool expected)
    {
        Disk("8:0", "pci/block/sda", first);
        Disk("8:16", "pci/block/sdb", second);
        Disk("9:0", "virtual/block/md0", rotational: false);
        Slave("virtual/block/md0", "pci/block/sda");
        Slave("virtual/block/md0", "pci/block/sdb");
        Disk("253:0", "virtual/block/dm-0", rotational: false);
        Slave("virtual/block/dm-0", "virtual/block/md0");
        Assert.Equal(expected, BlockDevice.IsRotational(253, 0, _sys));
    }

    [Fact]
    public void A_volume_without_slaves_answers_itself()
    {
        Disk("253:0", "virtual/block/dm-0", rotational: true);
        Directory.CreateDirectory(Path.Combine(_sys, "devices/virtual/block/dm-0/slaves"));
        Assert.True(BlockDevice.IsRotational(253, 0, _sys));
    }

    [Fact]
    public void A_virtual_disk_that_claims_to_turn_is_not_believed()
    {
        Disk("254:0", "pci0000:00/virtio1/block/vda", rotational: true);
        Disk("254:16", "pci0000:00/virtio2/block/vdb", rotational: false);
        Assert.Null(BlockDevice.IsRotational(254, 0, _sys));
        Assert.False(BlockDevice.IsRotational(254, 16, _sys));
    }

    [Fact]
    public void Slaves_in_a_circle_end()
    {
        Device("9:0", "virtual/block/md0");
        Device("9:1", "virtual/block/md1");
        Slave("virtual/block/md0", "virtual/block/md1");
        Slave("virtual/block/md1", "virtual/block/md0");
        Assert.Null(BlockDevice.IsRotational(9, 0, _sys));
    }

    [Fact]
    public void No_block_device_is_not_known() => Assert.Null(BlockDevice.IsRotational(0, 55, _sys));

    [Theory]
    [InlineData(0xEF53, true, 4, 1, 1, 1)]
    [InlineData(0xEF53, false, 2, 1, 2, 16)]
    [InlineData(0xEF53, false, 8, 1, 8, 32)]
    [InlineData(0xEF53, false, 64, 1, 64, 64)]
    [InlineData(0xEF53, false, 128, 1, 128, 128)]
    [InlineData(0x01021994, false, 2, 1, 2, 16)]
    [InlineData(0x65735546, false, 2, 1, 32, 64)]
    [InlineData(0x6969, false, 128, 1, 32, 64)]
    [InlineData(0xEF53, false, 4096, 1, 1024, 1024)]
    public void Each_kind_of_device_has_its_range(long magic, bool rotational, int cores, int min, int start, int max)
    {
        Disk("8:0", "pci/block/sda", rotational);
        LimiterOptions options = DeviceProfile.FromDevice(magic, 8, 0, _sys).LimiterOptions(cores);
        Assert.Equal((min, start, max), (options.Min, options.Start, options.Max));
    }

    [Fact]
    public void A_path_and_a_descriptor_in_it_agree()
    {
        DeviceProfile byPath = DeviceProfile.Of(Encoding.UTF8.GetBytes(_sys + "\0"));
        string file = Path.Combine(_sys, "file");
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        Assert.Equal(byPath, DeviceProfile.OfDescriptor((int)handle.DangerousGetHandle()));
        Assert.NotEqual((0u, 0u), (byPath.DeviceMajor, byPath.DeviceMinor));
    }

    [Fact]
    public void Procfs_is_memory() => Assert.Equal("proc", DeviceProfile.Of("/proc\0"u8).FileSystem.Name);

    [Fact]
    public void Errors_name_the_reason()
    {
        var e = Assert.Throws<IOException>(() => DeviceProfile.Of("/does/not/exist\0"u8));
        Assert.Contains("No such file", e.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => DeviceProfile.OfDescriptor(-1));
        Assert.Throws<ArgumentException>(() => DeviceProfile.Of("/proc"u8));
    }

    private void Device(string number, string path)
    {
        string device = Directory.CreateDirectory(Path.Combine(_sys, "devices", path)).FullName;
        string links = Directory.CreateDirectory(Path.Combine(_sys, "dev/block")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(links, number), Path.GetRelativePath(links, device));
    }

    private void Disk(string number, string path, bool rotational)
    {
        Device(number, path);
        string queue = Directory.CreateDirectory(Path.Combine(_sys, "devices", path, "queue")).FullName;
        File.WriteAllText(Path.Combine(queue, "rotational"), rotational ? "1\n" : "0\n");
    }

    private void Slave(string device, string slave)
    {
        string slaves = Directory.CreateDirectory(Path.Combine(_sys, "devices", device, "slaves")).FullName;
        Directory.CreateSymbolicLink(
            Path.Combine(slaves, Path.GetFileName(slave)),
            Path.GetRelativePath(slaves, Path.Combine(_sys, "devices", slave)));
    }
}
