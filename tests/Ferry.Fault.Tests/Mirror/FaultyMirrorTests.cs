using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Mirror;

/// <summary>Source or target behind a FUSE file system that fails by rule, as servers, quotas and old disks do.</summary>
public sealed class FaultyMirrorTests : IDisposable
{
    private readonly MirrorScene _scene = new();

    public FaultyMirrorTests()
    {
        for (var i = 0; i < 40; i++) WriteFile($"d{i % 3}/f{i}", 20_000 + i, i);
        WriteFile("large", 20_000_000, 99);
        _scene.Save();
    }

    public void Dispose() => _scene.Dispose();

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("read:EIO:at=10000000,path=/large", "EIO", "/large")]
    [InlineData("read:ESTALE:path=/d1/f4", "ESTALE", "/d1/f4")]
    [InlineData("open:ESTALE:path=/d1/f4", "ESTALE", "/d1/f4")]
    [InlineData("opendir:EIO:path=/d2", "EIO", "/d2")]
    [InlineData("readdir:EIO:path=/d2", "EIO", "/d2")]
    [InlineData("getattr:EIO:path=/d0/f3", "EIO", "/d0")]
    public void What_cannot_be_read_from_the_source_is_named_and_no_manifest_looks_complete(string rule, string errno, string path)
    {
        using var mount = new SlowFs(_scene.Source, fail: [rule]);
        FailOnce(mount.Path, _scene.Target, errno, mount.Path + path);
        Assert.False(File.Exists($"{_scene.Target}/BLAKE3SUMS"), "a manifest that looks complete");
        mount.Set("fail", "");
        Finish(mount.Path, _scene.Target);
    }

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("write:ENOSPC:after=10M", "")]
    [InlineData("write:ENOSPC:after=300K", "")]
    [InlineData("write:EDQUOT:after=10M", "")]
    [InlineData("write:EIO:every=5", "EIO")]
    [InlineData("write:TORN:nth=11", "EIO")]
    [InlineData("write:TORN:every=9", "EIO")]
    [InlineData("write:ESTALE:nth=9", "ESTALE")]
    [InlineData("flush:EIO:nth=12", "EIO")]
    [InlineData("flush:EDQUOT:nth=12", "EDQUOT")]
    [InlineData("fsync:EIO", "EIO")]
    [InlineData("fsync:ENOSPC", "ENOSPC")]
    [InlineData("rename:EIO:nth=7", "EIO")]
    [InlineData("create:EACCES:nth=20", "EACCES")]
    [InlineData("mkdir:EIO:nth=2", "EIO")]
    [InlineData("utimens:EIO:nth=9", "EIO")]
    [InlineData("read:EIO:at=10000000,path=/large", "EIO")]
    [InlineData("read:ESTALE:path=/d1/f4", "ESTALE")]
    public void What_fails_on_the_target_is_named_and_the_next_run_finishes(string rule, string errno)
    {
        using var mount = new SlowFs(_scene.Cache.Tree.MakeDirectory("target"), fail: [rule]);
        FailOnce(_scene.Source, mount.Path, errno, mount.Path);
        mount.Set("fail", "");
        Finish(_scene.Source, mount.Path);
    }

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("write:KILL:nth=20")]
    [InlineData("rename:KILL:nth=15")]
    [InlineData("read:KILL:nth=20")]
    public void A_target_whose_server_dies_is_a_failure_and_the_next_run_goes_on(string rule)
    {
        using (var mount = new SlowFs(_scene.Cache.Tree.MakeDirectory("target"), fail: [rule]))
            FailOnce(_scene.Source, mount.Path, "ENOTCONN", mount.Path);
        // Another path: nobody knows of what the first run had left under temporary names.
        _scene.Cache.Run(_scene.Command).OrThrow();
        Assert.True(_scene.IsComplete(), "not complete");
    }

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("flock:ENOSYS")]
    [InlineData("setxattr:EOPNOTSUPP")]
    [InlineData("listxattr:EOPNOTSUPP")]
    [InlineData("fsyncdir:ENOSYS")]
    public void A_target_without_locks_or_attributes_is_good_enough(string rule)
    {
        using var mount = new SlowFs(_scene.Cache.Tree.MakeDirectory("target"), fail: [rule]);
        Finish(_scene.Source, mount.Path);
    }

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("read:SHORT", "read:SHORT")]
    [InlineData("read:SHORT:every=3", "read:SHORT:every=2")]
    [InlineData(null, "write:SHORT")]
    [InlineData("read:SHORT:every=7", "write:SHORT:every=2")]
    public void Short_reads_and_writes_are_gone_on_from(string? sourceRule, string targetRule)
    {
        using var source = new SlowFs(_scene.Source, fail: sourceRule is null ? [] : [sourceRule]);
        using var target = new SlowFs(_scene.Cache.Tree.MakeDirectory("target"), fail: [targetRule]);
        Finish(source.Path, target.Path);
        var verified = _scene.Cache.Run("mirror", "--step", "verify", "--strict", source.Path, target.Path);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    [RequiresTheory("ferry", "rsync", "b3sum", "fuse")]
    [InlineData("read:EIO:path=/d1/f4", "EIO")]
    [InlineData("open:EACCES:path=/d1/f4", "EACCES")]
    public void A_file_that_cannot_be_re_read_is_not_verified(string rule, string errno)
    {
        _scene.Finish("first");
        using var mount = new SlowFs(_scene.Target, fail: [rule]);
        var result = _scene.Cache.Run("mirror", "--step", "verify", _scene.Source, mount.Path);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains($"{mount.Path}/d1/f4", result.Stderr, StringComparison.Ordinal);
        Assert.Contains(errno, result.Stderr, StringComparison.Ordinal);
    }

    private void FailOnce(string source, string target, params string[] words)
    {
        var result = _scene.Cache.Run("mirror", "--jobs", "2", source, target);
        Assert.True(result.ExitCode == 2, result.ToString());
        foreach (var word in words) Assert.Contains(word, result.Stderr, StringComparison.Ordinal);
        _scene.AssertWreck(string.Join(' ', words));
    }

    /// <summary>The fault is over: the same command finishes the work.</summary>
    private void Finish(string source, string target)
    {
        var result = _scene.Cache.Run("mirror", "--jobs", "2", source, target);
        Assert.True(result.ExitCode == 0, result.ToString());
        _scene.AssertComplete("after the fault");
    }

    private void WriteFile(string name, int size, int seed)
    {
        _scene.Cache.Tree.WriteRandom($"source/{name}", size, seed);
        _scene.Cache.Tree.SetTime($"source/{name}", 1_600_000_000 + seed, 77);
    }
}
