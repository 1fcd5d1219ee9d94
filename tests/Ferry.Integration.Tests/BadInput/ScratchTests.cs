using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>A cache root that others could change, or that holds something unexpected.</summary>
public sealed class ScratchTests
{
    [RequiresTheory("ferry")]
    [InlineData("scratch/.cache/ferry", "777", "can be written by others")]
    [InlineData("scratch/.cache/ferry", "770", "can be written by others")]
    [InlineData("scratch/.cache", "1777", "can be written by others")]
    public void A_cache_root_that_others_may_write_is_refused(string directory, string mode, string reason)
    {
        using var cache = Filled();
        cache.Tree.Chmod(directory, mode);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync(), 1, cache.Tree[directory], reason);
    }

    [RequiresFact("ferry", "root")]
    public void A_cache_root_of_another_user_is_refused()
    {
        using var cache = Filled();
        Posix.Chown(cache.Root, 1234, 1234);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync(), 1, cache.Root, "belongs to user 1234");
    }

    [RequiresTheory("ferry", "root")]
    [InlineData("chmod 777 scratch/.cache", "can be written by others")]
    [InlineData("chown 1234 scratch/.cache/ferry", "belongs to user 1234")]
    [InlineData("mv scratch/.cache elsewhere && ln -s ../elsewhere scratch/.cache", "is a symbolic link")]
    [InlineData("mv scratch/.cache/ferry elsewhere && ln -s ../../elsewhere scratch/.cache/ferry", "is a symbolic link")]
    public void A_cache_that_says_it_is_fresh_is_not_exported_from_a_root_that_others_could_change(string script, string reason)
    {
        using var cache = Filled();
        cache.Sync().OrThrow();
        Tool.Bash($"cd \"$1\" && {script}", cache.Tree.Path).OrThrow();
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync(), 1, cache.Tree["scratch/.cache"], reason);
    }

    [RequiresTheory("ferry")]
    [InlineData("scratch/.cache")]
    [InlineData("scratch/.cache/ferry")]
    public void A_link_in_the_cache_root_is_refused(string link)
    {
        using var cache = Filled();
        Directory.Move(cache.Tree[link], cache.Tree["elsewhere"]);
        cache.Tree.Symlink(link, cache.Tree["elsewhere"]);
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync(), 1, cache.Tree[link], "is a symbolic link");
    }

    [RequiresFact("ferry")]
    public void A_link_in_place_of_the_staged_tree_is_refused()
    {
        using var cache = Filled();
        cache.Tree.MakeDirectory("victim");
        cache.Tree.Symlink($"scratch/.cache/ferry/{StagedCache.Variable}", cache.Tree["victim"]);
        Assert.Contains("is a symbolic link", cache.SyncFails().Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.Tree["victim"]));
    }

    [RequiresFact("ferry")]
    public void A_file_in_place_of_the_staged_tree_is_refused_and_kept()
    {
        using var cache = Filled();
        File.WriteAllText(cache.Target, "precious");
        Assert.Contains("is not a directory", cache.SyncFails().Stderr, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(cache.Target));
    }

    [RequiresFact("ferry")]
    public void A_cache_root_with_blanks_in_its_name_works()
    {
        using var cache = Filled();
        cache.Tree.Write("home/.config/ferry/config.yaml",
            $"version: 1\nscratch: \"{cache.Tree["scratch"]}\"\ncache_root: \" a / b\"\ncaches: {{ {StagedCache.Variable}: \"{cache.Source}\" }}\n");
        cache.Sync().OrThrow();
        Assert.True(File.Exists(cache.Tree[$"scratch/ a / b/{StagedCache.Variable}/file"]));
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void A_scratch_that_cannot_be_written_is_refused()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Chmod("scratch", "555");
        Tool.Run("rm", ["-r", cache.Tree["scratch/.cache"]]).OrThrow();
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync(), 2, cache.Tree["scratch"], "not writable");
    }

    [RequiresFact("ferry", "root", "setpriv", "rsync")]
    public void A_home_that_cannot_be_written_does_not_matter()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/file", "x");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}", cache.Source]).OrThrow();
        Tool.Bash("chown -R 0:0 \"$1\" && chmod -R a-w \"$1\"", cache.Tree["home"]).OrThrow();
        cache.Sync().OrThrow();
        Assert.Equal("x", File.ReadAllText(cache.Target + "/file"));
    }

    [RequiresFact("ferry", "root")]
    public void A_read_only_scratch_is_refused()
    {
        using var cache = Filled();
        using var mount = new SmallFileSystem(cache.Tree["scratch"], "size=5m");
        cache.Sync().OrThrow();
        mount.Remount("ro");
        Refusal.ExpectUntouched(cache.Tree.Path, () => cache.Sync("--force"), 2, cache.Tree["scratch"], "not writable");
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("synced", "")]
    [InlineData("synced", "null")]
    [InlineData("synced", "[]")]
    [InlineData("synced", "not json")]
    [InlineData("synced", "{\"synced_at\": \"now\"}")]
    [InlineData("synced", "{\"synced_at\": 1e999, \"source\": 5, \"source_mtime_sec\": \"x\", \"source_mtime_nsec\": -1}")]
    [InlineData("synced", "{\"source\": \"\\ud800\", \"synced_at\": {}}")]
    [InlineData("synced", "{\"synced_at\": 99999999999, \"source\": \"S\", \"source_mtime_sec\": 99999999999, \"source_mtime_nsec\": 0}")]
    [InlineData("manifest", "")]
    [InlineData("manifest", "FERRYTREE")]
    [InlineData("manifest", "FERRYTREE\u0002 of a version to come ..............................................................................")]
    [InlineData("manifest", "garbage")]
    [InlineData("manifest.partial-1-1", "garbage")]
    [InlineData("manifest.partial-1-1", "")]
    [InlineData("lock", "garbage")]
    public void Damaged_files_of_ferry_are_made_anew(string name, string contents)
    {
        using var cache = Filled();
        cache.SyncAndCompare();
        cache.Tree.Write("source/more", "y");
        cache.Tree.Write($"scratch/.cache/ferry/.{StagedCache.Variable}.{name}", contents.Replace("\"S\"", $"\"{cache.Source}\"", StringComparison.Ordinal));
        cache.SyncAndCompare();
        Assert.Contains("fresh", cache.SyncAndCompare().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "rsync")]
    public void A_marker_with_bytes_that_are_not_UTF8_is_made_anew()
    {
        using var cache = Filled();
        cache.SyncAndCompare();
        File.WriteAllBytes(cache.Marker, [.. "{\"source\": \""u8, 0xff, 0xfe, .. "\", \"synced_at\": 1}"u8]);
        cache.SyncAndCompare();
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void A_flipped_byte_of_the_manifest_is_made_good(double where)
    {
        using var cache = Filled();
        for (var i = 0; i < 50; i++) cache.Tree.Write($"source/dir{i % 5}/file{i}", "x");
        cache.SyncAndCompare();
        var bytes = File.ReadAllBytes(cache.Manifest);
        bytes[(int)(bytes.Length * where)] ^= 0x10;
        File.WriteAllBytes(cache.Manifest, bytes);
        cache.Tree.Write("source/dir1/more", "y");
        cache.SyncAndCompare("--force");
        Directory.Delete(cache.Source + "/dir2", recursive: true);
        cache.Sync("--force", "--delete").OrThrow();
    }

    [RequiresTheory("ferry")]
    [InlineData("synced")]
    [InlineData("manifest")]
    [InlineData("lock")]
    public void A_directory_in_place_of_a_file_of_ferry_is_named(string name)
    {
        using var cache = Filled();
        var path = $"{cache.Root}/.{StagedCache.Variable}.{name}";
        Directory.CreateDirectory(path);
        var result = cache.Sync();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Text);
        Assert.Contains(path, result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        Directory.Delete(path);
        cache.SyncAndCompare();
    }

    private static StagedCache Filled()
    {
        var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        return cache;
    }
}
