using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary><c>engine: rsync</c>, for sites that insist on it.</summary>
public sealed class RsyncEngineTests
{
    private const string Engine = "transfer: { engine: rsync }\n";

    [RequiresFact("ferry", "rsync")]
    public void It_stages_the_tree_and_deletes_when_told()
    {
        using var cache = new StagedCache(more: Engine);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.Symlink("source/link", "dir");
        Age(cache);
        cache.SyncAndCompare();
        Directory.Delete(cache.Source + "/dir", recursive: true);
        cache.Tree.Write("source/more", "y");
        Age(cache);
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void It_passes_extra_arguments_on()
    {
        using var cache = new StagedCache(more: "transfer: { engine: rsync, rsync_extra_args: [\"--exclude\", \"*.tmp\", \"--exclude=a b\"] }\n");
        foreach (var name in new[] { "file", "x.tmp", "a b" }) cache.Tree.Write($"source/{name}", "x");
        cache.Sync().OrThrow();
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(cache.Target).Select(Path.GetFileName));
    }

    [RequiresFact("ferry", "rsync", "root", "setpriv")]
    public void A_file_that_rsync_cannot_read_is_a_failure_that_names_it()
    {
        using var cache = new StagedCache(more: Engine, userId: NormalUser.Id);
        cache.Tree.Write("source/good", "x");
        cache.Tree.Write("source/secret", "x");
        cache.Tree.Chmod("source/secret", "000");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}", cache.Source]).OrThrow();
        var result = cache.SyncFails();
        Assert.Contains("exit code 23", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("secret", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(cache.Target + "/good"));
    }

    [RequiresFact("ferry", "rsync")]
    public void An_option_that_rsync_does_not_know_is_a_failure()
    {
        using var cache = new StagedCache(more: "transfer: { engine: rsync, rsync_extra_args: [\"--no-such-option\"] }\n");
        Assert.Contains("rsync failed with exit code 1", cache.SyncFails().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Without_rsync_it_says_so()
    {
        using var cache = new StagedCache(more: Engine);
        cache.Tree.Write("source/file", "x");
        var env = new Dictionary<string, string?> { ["HOME"] = cache.Tree["home"], ["PATH"] = cache.Tree.MakeDirectory("bin") };
        Refusal.Expect(FerryBinary.Run(["sync"], env), 1, StagedCache.Variable, "rsync is not installed, or not on PATH");
        Assert.False(File.Exists(cache.Marker));
    }

    [RequiresFact("ferry", "rsync")]
    public void Extra_arguments_without_the_engine_are_pointed_out()
    {
        using var cache = new StagedCache(more: "transfer: { rsync_extra_args: [\"--exclude=x\"] }\n");
        cache.Tree.Write("source/x", "x");
        Assert.Contains("rsync_extra_args is only used with", cache.SyncAndCompare().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "rsync")]
    public void The_native_engine_takes_over_what_rsync_staged()
    {
        using var cache = new StagedCache(more: Engine);
        cache.Tree.Write("source/dir/file", "x");
        Age(cache);
        cache.SyncAndCompare();
        cache.Tree.Write("home/.config/ferry/config.yaml",
            $"version: 1\nscratch: \"{cache.Tree["scratch"]}\"\ncaches: {{ {StagedCache.Variable}: \"{cache.Source}\" }}\n");
        cache.MirrorAndCompare();
    }

    /// <summary>rsync takes times within one second for equal and leaves them: of anything as young as this test's files.</summary>
    private static void Age(StagedCache cache) =>
        Tool.Run("find", [cache.Source, "-exec", "touch", "-h", "-d", "2020-02-02 02:02:02.123456789", "{}", "+"]).OrThrow();
}
