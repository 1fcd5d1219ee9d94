using Ferry.Core.Linux;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class MountTableTests
{
    private const string Sample = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        30 22 0:40 / /home rw,nosuid,relatime shared:2 master:3 - nfs4 server:/home rw,vers=4.2,local_lock=none
        31 22 0:41 / /scratch rw,noexec - lustre 10.0.0.1@o2ib:/work rw,localflock
        32 31 0:42 /user /scratch/a\040b\134c rw - fuse.sshfs me@host:/x rw,user_id=0
        33 22 0:43 / /home rw - tmpfs over rw,size=4k
        """;

    [Theory]
    [InlineData("/etc/passwd", "/", "ext4")]
    [InlineData("/homes", "/", "ext4")]
    [InlineData("/scratch", "/scratch", "lustre")]
    [InlineData("/scratch/x/y", "/scratch", "lustre")]
    [InlineData("/scratch/a b\\c/d", "/scratch/a b\\c", "fuse.sshfs")]
    [InlineData("/home/me", "/home", "tmpfs")]
    public void The_deepest_and_last_mount_holds_a_path(string path, string mountPoint, string type)
    {
        var mount = MountTable.Parse(Sample).Find(path)!;
        Assert.Equal((mountPoint, type), (mount.Path, mount.Type));
    }

    [Fact]
    public void Options_are_those_of_the_mount_and_of_the_file_system()
    {
        var mount = MountTable.Parse(Sample).Find("/scratch")!;
        Assert.True(mount.Has("noexec") && mount.Has("localflock") && !mount.Has("local"));
        var home = MountTable.Parse(Sample.Split("33 22")[0]).Find("/home")!;
        Assert.Equal("none", home.ValueOf("local_lock"));
        Assert.Null(home.ValueOf("local"));
        Assert.Null(home.ValueOf("rw"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("22 1 254:0 / /")]
    [InlineData("22 1 254:0 / / rw - ext4")]
    [InlineData("22 1 254:0 / relative rw - ext4 /dev/vda rw")]
    [InlineData("- - - - - -")]
    [InlineData("22 1 254:0 / / rw shared:1 ext4 /dev/vda rw")]
    public void Lines_of_another_format_are_passed_over(string text) => Assert.Null(MountTable.Parse(text).Find("/"));

    [Theory]
    [InlineData("/a\\", "/a\\")]
    [InlineData("/a\\04", "/a\\04")]
    [InlineData("/a\\049", "/a\\049")]
    [InlineData("/a\\777", "/a\\777")]
    [InlineData("/a\\012b", "/a\nb")]
    public void Escapes_that_are_none_stay(string written, string path) =>
        Assert.Equal(path, MountTable.Parse($"1 0 0:1 / {written} rw - t s rw").Find(path)!.Path);

    [Fact]
    public void Cut_or_damaged_tables_never_throw()
    {
        for (var length = 0; length < Sample.Length; length++)
        {
            MountTable.Parse(Sample[..length]).Find("/scratch/a b\\c");
            MountTable.Parse(Sample.Remove(length, 1)).Find("/home");
        }
    }

    [RequiresFact("findmnt")]
    public void This_process_agrees_with_findmnt()
    {
        foreach (var path in (string[])["/", "/proc", "/dev/shm", "/tmp"])
        {
            var mount = MountTable.Read().Find(path)!;
            var line = Tool.Run("findmnt", ["-n", "-r", "-o", "TARGET,FSTYPE", "--target", path]).OrThrow().Lines[^1];
            Assert.Equal(line, $"{mount.Path} {mount.Type}");
        }
    }
}
