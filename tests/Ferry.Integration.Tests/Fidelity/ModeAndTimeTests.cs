using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class ModeAndTimeTests
{
    private static readonly string[] FileModes = ["0000", "0400", "0444", "0600", "0640", "0755", "0777", "4755", "2755", "1644", "7777"];
    private static readonly string[] DirectoryModes = ["0500", "0555", "0700", "0755", "0770", "2755", "2775", "1777", "3777"];

    [RequiresTheory("ferry", "root", "rsync", "setpriv")]
    [InlineData(null)]
    [InlineData(NormalUser.Id)]
    public void Modes_arrive_whatever_the_umask_and_the_user(int? userId)
    {
        using var cache = new StagedCache(userId: userId);
        // A normal user cannot read his own files of mode 0000.
        foreach (var mode in FileModes.Where(mode => userId is null || mode != "0000"))
        {
            cache.Tree.Write($"source/f{mode}", mode);
            cache.Tree.SetAttribute($"source/f{mode}", "user.mode", System.Text.Encoding.ASCII.GetBytes(mode));
        }

        foreach (var mode in DirectoryModes)
        {
            cache.Tree.Write($"source/d{mode}/file", mode);
            cache.Tree.SetAttribute($"source/d{mode}", "user.mode", System.Text.Encoding.ASCII.GetBytes(mode));
        }

        if (userId is { } id) Tool.Run("chown", ["-R", $"{id}:{id}", cache.Source]).OrThrow();
        foreach (var entry in Directory.EnumerateFileSystemEntries(cache.Source))
            Tool.Run("chmod", [Path.GetFileName(entry)[1..], entry]).OrThrow();

        cache.SyncAndCompare();
        cache.MirrorAndCompare();

        // Later changes of attributes and contents, also where nobody may write.
        foreach (var entry in Directory.EnumerateFileSystemEntries(cache.Source))
            cache.Tree.SetAttribute($"source/{Path.GetFileName(entry)}", "user.mode", "changed"u8);
        foreach (var mode in DirectoryModes) cache.Tree.Write($"source/d{mode}/file", mode + " changed");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "root", "rsync", "setpriv")]
    public void A_mode_that_changes_later_arrives_too()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/dir/file", "x");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Source]).OrThrow();
        cache.SyncAndCompare();
        foreach (var (file, directory) in new[] { ("444", "555"), ("600", "700"), ("755", "2775") })
        {
            cache.Tree.Chmod("source/dir/file", file);
            cache.Tree.Chmod("source/dir", directory);
            cache.MirrorAndCompare();
        }
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("2775")]
    [InlineData("0777")]
    [InlineData("1777")]
    [InlineData("0770")]
    public void A_source_that_a_group_shares_can_be_synced_again_and_again(string mode)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Tree.Chmod("source", mode);
        cache.SyncAndCompare();
        cache.Tree.Write("source/file", "changed");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "root", "rsync")]
    public void Root_stages_a_source_of_another_user_again_and_again()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        Tool.Run("chown", ["-R", "4242:4343", cache.Source]).OrThrow();
        cache.SyncAndCompare();
        cache.MirrorAndCompare();
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(-5_000_000_000L, 1, false)] // 1811
    [InlineData(-1L, 999_999_999, false)]
    [InlineData(-2_000_000_000L, 5, true)] // 1906
    [InlineData(0L, 0, true)]
    [InlineData(1_700_000_000L, 1, true)]
    [InlineData(2_147_483_648L, 999_999_999, true)] // beyond 32 bits
    [InlineData(14_000_000_000L, 7, true)] // 2413
    [InlineData(200_000_000_000L, 3, false)] // 8307
    public void Times_arrive_to_the_nanosecond_before_1970_and_far_ahead(long seconds, int nanoseconds, bool onDisk)
    {
        using var cache = new StagedCache(onDisk);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.Symlink("source/link", "dir");
        foreach (var path in new[] { "source/dir/file", "source/link", "source/dir", "source" })
            cache.Tree.SetTime(path, seconds, nanoseconds);
        cache.SyncAndCompare();
        cache.MirrorAndCompare();
    }

    [RequiresTheory("ferry")]
    [InlineData(-5_000_000_000L)]
    [InlineData(200_000_000_000L)]
    public void A_time_that_scratch_cannot_keep_makes_no_conflict(long seconds)
    {
        using var disk = new TempTree(onDisk: true);
        using var cache = new StagedCache();
        var scratch = disk.MakeDirectory("scratch");
        cache.Tree.Write("home/.config/ferry/config.yaml",
            $"version: 1\nscratch: \"{scratch}\"\ncaches:\n  {StagedCache.Variable}: {{ source: \"{cache.Source}\" }}\n");
        cache.Tree.Write("source/file", "old");
        cache.Tree.SetTime("source/file", seconds);
        Assert.Equal(0, cache.Sync().ExitCode);

        cache.Tree.Write("source/file", "changed");
        cache.Tree.SetTime("source/file", seconds + 5);
        cache.Sync("--force").OrThrow();
        Assert.Equal("changed", File.ReadAllText($"{scratch}/.cache/ferry/{StagedCache.Variable}/file"));
    }

    [RequiresFact("ferry", "root", "rsync")]
    public void Groups_and_owners_arrive_below_setgid_directories_too()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/shared/sub/file", "x");
        cache.Tree.Symlink("source/shared/link", "sub");
        cache.Tree.Write("source/shared/other", "y");
        Tool.Bash("cd \"$1\" && chown -hR 1000:2000 . && chmod 2775 shared shared/sub && chown 1001:2001 shared/other && chmod 4755 shared/other",
            cache.Source).OrThrow();
        cache.SyncAndCompare();
        Tool.Bash("cd \"$1\" && chown 1002 shared/other && chgrp 2002 shared/sub", cache.Source).OrThrow();
        cache.MirrorAndCompare();
    }
}
