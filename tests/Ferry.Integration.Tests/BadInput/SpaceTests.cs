using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>Scratch that is too small.</summary>
public sealed class SpaceTests
{
    [RequiresFact("ferry", "root")]
    public void Too_little_space_is_seen_before_anything_is_written()
    {
        using var cache = new StagedCache();
        using var small = new SmallFileSystem(cache.Tree["scratch"], "size=1m");
        cache.Tree.WriteRandom("source/big", 4_000_000);
        var result = cache.SyncFails();
        Refusal.Expect(result, 1, StagedCache.Variable, "needs 4.00 MB", "1.0", "free");
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.Target));

        var dry = cache.Sync("--dry-run");
        Assert.Equal(1, dry.ExitCode);
        Assert.Contains("does not fit", dry.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "root")]
    public void Too_few_inodes_are_seen_before_anything_is_written()
    {
        using var cache = new StagedCache();
        using var small = new SmallFileSystem(cache.Tree["scratch"], "nr_inodes=40");
        for (var i = 0; i < 200; i++) cache.Tree.Write($"source/file{i}", "x");
        var result = cache.SyncFails();
        Refusal.Expect(result, 1, StagedCache.Variable, "needs 200 inodes", "free");
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.Target));
    }

    [RequiresFact("ferry", "root")]
    public void Caches_that_fit_one_by_one_but_not_together_are_seen_too()
    {
        using var user = new FerryUser();
        using var small = new SmallFileSystem(user.Scratch, "size=3m");
        foreach (var name in new[] { "A", "B" }) user.Tree.WriteRandom($"{name}/file", 2_000_000);
        user.ConfigureCaches([("A", user.Tree["A"]), ("B", user.Tree["B"])], "transfer: { parallel_caches: 1 }\n");
        var result = user.Run("sync");
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Lines);
        Assert.Contains("needs 2.00 MB", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "root", "rsync")]
    public void Scratch_that_fills_up_half_way_keeps_what_arrived_and_the_next_run_goes_on()
    {
        using var cache = new StagedCache();
        using var small = new SmallFileSystem(cache.Tree["scratch"], "size=3m");
        // Each takes a page of 4 KB there: more than the estimate.
        for (var i = 0; i < 1_000; i++) cache.Tree.Write($"source/dir{i / 100}/file{i}", "x");
        var result = cache.SyncFails();
        Assert.Contains("No space left on device", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        var arrived = Directory.GetFiles(cache.Target, "file*", SearchOption.AllDirectories);
        Assert.NotEmpty(arrived);
        Assert.All(arrived, path => Assert.Equal("x", File.ReadAllText(path)));
        var before = arrived.ToDictionary(path => path, StagedCache.Inode);

        small.Remount("size=20m");
        cache.SyncAndCompare();
        Assert.Contains(before, file => StagedCache.Inode(file.Key) == file.Value);
    }

    [RequiresFact("ferry", "fuse", "rsync")]
    public void A_write_that_finds_the_quota_used_up_stops_the_copy_with_one_line()
    {
        using var backing = new TempTree();
        using var slow = new SlowFs(backing.Path, fail: ["write:EDQUOT:after=500000"]);
        using var cache = new StagedCache();
        cache.Tree.Write("home/.config/ferry/config.yaml",
            $"version: 1\nscratch: \"{slow.Path}\"\ncaches: {{ {StagedCache.Variable}: \"{cache.Source}\" }}\n");
        for (var i = 0; i < 40; i++) cache.Tree.WriteRandom($"source/file{i}", 50_000);
        var result = cache.SyncFails();
        Assert.Single(result.Stderr.Split('\n'), line => line.Contains("quota", StringComparison.OrdinalIgnoreCase));

        slow.Set("fail", "");
        cache.Sync().OrThrow();
        StagedCache.AssertEqualTrees(cache.Source, $"{backing.Path}/.cache/ferry/{StagedCache.Variable}");
    }
}
