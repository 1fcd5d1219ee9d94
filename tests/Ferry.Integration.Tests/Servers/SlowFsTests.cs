using Ferry.Testing;

namespace Ferry.Integration.Tests.Servers;

/// <summary>slowfs itself: if its faults did not happen, the tests that rely on them would prove nothing.</summary>
public sealed class SlowFsTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly string _source;

    public SlowFsTests() => _source = _tree.MakeDirectory("source");

    public void Dispose() => _tree.Dispose();

    [RequiresFact("fuse")]
    public void A_full_device_takes_what_fits_and_then_fails()
    {
        using var mount = new SlowFs(_source, fail: ["write:ENOSPC:after=10M"]);
        Assert.NotEqual(0, Sh("head -c 20M /dev/zero > $1/file", mount));
        Assert.Equal(10 << 20, new FileInfo(_tree["source/file"]).Length);
    }

    [RequiresFact("fuse")]
    public void A_read_fails_at_one_offset_of_one_file_only()
    {
        _tree.WriteRandom("source/bad", 4 << 20);
        _tree.WriteRandom("source/good", 4 << 20);
        using var mount = new SlowFs(_source, fail: ["read:EIO:at=1048581,path=/bad*"]);
        Assert.NotEqual(0, Sh("cat $1/bad > /dev/null", mount));
        Assert.Equal(0, Sh("cmp $1/good $1/good", mount));
    }

    [RequiresFact("fuse")]
    public void The_third_rename_fails_and_no_other()
    {
        using var mount = new SlowFs(_source, fail: ["rename:EIO:nth=3"]);
        Sh("cd $1; for i in 1 2 3 4; do : > a$i; mv a$i b$i || true; done", mount);
        Assert.Equal(["a3", "b1", "b2", "b4"], _tree.Files("source"));
    }

    [RequiresFact("fuse")]
    public void A_torn_write_leaves_half_of_its_bytes()
    {
        using var mount = new SlowFs(_source, fail: ["write:TORN:nth=2"]);
        Assert.NotEqual(0, Sh("dd if=/dev/zero of=$1/file bs=64k count=4", mount));
        Assert.Equal(64 * 1024 * 3 / 2, new FileInfo(_tree["source/file"]).Length);
    }

    [RequiresFact("fuse")]
    public void The_server_dies_at_the_third_create_and_stays_dead()
    {
        using var mount = new SlowFs(_source, fail: ["create:KILL:nth=3"]);
        Sh("for i in 1 2 3 4; do : > $1/file$i || true; done", mount);
        Assert.Equal(["file1", "file2"], _tree.Files("source"));
        Assert.NotEqual(0, Sh("ls $1", mount));
    }

    [RequiresFact("fuse")]
    public void A_request_that_hangs_can_be_killed_and_the_server_lives()
    {
        using var mount = new SlowFs(_source, fail: ["create:HANG"]);
        Assert.Equal(124, Sh("timeout 0.3 sh -c ': > $0/file' $1", mount));
        Assert.Equal(0, Sh("ls $1", mount));
    }

    [RequiresFact("fuse", "flock")]
    public void Locks_can_be_unsupported()
    {
        using var mount = new SlowFs(_source, fail: ["flock:ENOSYS"]);
        Assert.NotEqual(0, Sh("flock -n $1/lock true", mount));
    }

    [RequiresFact("fuse")]
    public void Rules_change_while_mounted()
    {
        using var mount = new SlowFs(_source);
        mount.Set("fail", "mkdir:EDQUOT");
        Assert.NotEqual(0, Sh("mkdir $1/one", mount));
        mount.Set("fail", "");
        Assert.Equal(0, Sh("mkdir $1/one", mount));
    }

    [RequiresFact("fuse")]
    public void Requests_and_bytes_are_counted()
    {
        using var mount = new SlowFs(_source);
        Sh("head -c 100000 /dev/zero > $1/file", mount);
        var stats = mount.Stats();
        Assert.Equal(1, stats["create"]);
        Assert.Equal(100_000, stats["write_bytes"]);
    }

    /// <summary>The exit code of a script with the mount point as <c>$1</c>.</summary>
    private static int Sh(string script, SlowFs mount) => Tool.Run("bash", ["-c", script, "bash", mount.Path]).ExitCode;
}
