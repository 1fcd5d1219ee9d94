using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class SymlinkTests
{
    [RequiresTheory("ferry", "rsync")]
    [InlineData("dangling/target")]
    [InlineData("/absolute/and/not/there")]
    [InlineData("/etc")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("link")]
    [InlineData("new\nline and 'quotes' $(and more)")]
    public void A_link_arrives_as_it_is_and_is_not_followed(string target)
    {
        using var cache = new StagedCache();
        cache.Tree.Symlink("source/link", target);
        cache.Tree.SetTime("source/link", 1_234_567_890, 123_456_789);
        cache.SyncAndCompare();
        cache.MirrorAndCompare();
        Assert.Equal(target, new FileInfo(cache.Target + "/link").LinkTarget);
    }

    [RequiresFact("ferry", "rsync")]
    public void The_longest_targets_arrive_whole()
    {
        // 4,095 bytes where the file system takes them.
        using var cache = new StagedCache(onDisk: true);
        cache.Tree.Symlink("source/longest"u8, System.Text.Encoding.ASCII.GetBytes(new string('t', 4_095)));
        cache.Tree.Symlink("source/bytes"u8, [0xff, 0xfe, (byte)'/', 0x80]);
        cache.SyncAndCompare();
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_link_that_leads_elsewhere_now_is_renewed()
    {
        using var cache = new StagedCache();
        cache.Tree.Symlink("source/refs/main", "../snapshots/old");
        cache.SyncAndCompare();
        File.Delete(cache.Source + "/refs/main");
        cache.Tree.Symlink("source/refs/main", "../snapshots/new");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_link_of_the_source_does_not_take_the_place_of_a_newer_file_of_a_job()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/other", "x");
        cache.Sync().OrThrow();
        File.WriteAllText(cache.Target + "/name", "a job's own");
        cache.Tree.Symlink("source/name", "other");
        cache.Tree.SetTime("source/name", 1_600_000_000);

        var result = cache.SyncFails("--force");
        Assert.Contains("name", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("a job's own", File.ReadAllText(cache.Target + "/name"));
    }

    [RequiresFact("ferry")]
    public void A_link_that_a_job_put_in_place_of_a_staged_directory_is_never_written_through()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/dir/file", "x");
        cache.Sync().OrThrow();
        var outside = cache.Tree.MakeDirectory("outside");
        Directory.Delete(cache.Target + "/dir", recursive: true);
        File.CreateSymbolicLink(cache.Target + "/dir", outside);
        cache.Tree.Write("source/dir/more", "y");

        cache.SyncFails("--force");
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }
}
