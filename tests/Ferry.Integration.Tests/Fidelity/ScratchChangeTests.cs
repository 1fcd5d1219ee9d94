using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>What jobs do to a staged tree.</summary>
public sealed class ScratchChangeTests
{
    [RequiresTheory("ferry")]
    [InlineData("--force")]
    [InlineData("--force", "--delete")]
    [InlineData("--verify")]
    public void A_file_that_a_job_changed_is_kept_while_the_source_has_not_changed(params string[] options)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "staged");
        cache.Tree.SetTime("source/file", 1_600_000_000);
        cache.Sync().OrThrow();
        // As most programs replace a file; of one that is written in place the sync need not even know.
        File.WriteAllText(cache.Target + "/new", "by a job");
        File.Move(cache.Target + "/new", cache.Target + "/file", overwrite: true);

        var result = cache.Sync(options).OrThrow();
        Assert.Equal(cache.Export, result.Text.TrimEnd('\n'));
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/file"));
        Assert.Contains("1 changed on scratch, kept", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry")]
    [InlineData("--force")]
    [InlineData("--force", "--delete")]
    [InlineData("--verify")]
    public void A_file_that_a_job_wrote_to_in_place_is_kept_too(params string[] options)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "staged");
        cache.Tree.SetTime("source/file", 1_600_000_000);
        cache.Sync().OrThrow();
        File.AppendAllText(cache.Target + "/file", " and more");
        cache.Sync(options).OrThrow();
        Assert.Equal("staged and more", File.ReadAllText(cache.Target + "/file"));
    }

    [RequiresFact("ferry")]
    public void A_file_that_was_staged_the_moment_it_was_written_and_then_changed_by_a_job_is_no_conflict()
    {
        using var cache = new StagedCache();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            // Its time is so young that the record of it is not to be trusted.
            cache.Tree.Write($"source/file{attempt}", "staged");
            File.SetLastWriteTimeUtc($"{cache.Source}/file{attempt}", DateTime.UtcNow.AddSeconds(30));
            cache.Sync("--force").OrThrow();
            File.WriteAllText($"{cache.Target}/file{attempt}", "by a job");
            File.SetLastWriteTimeUtc($"{cache.Target}/file{attempt}", DateTime.UtcNow.AddSeconds(60));
        }

        cache.Sync("--force").OrThrow();
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/file0"));
    }

    [RequiresFact("ferry")]
    public void A_file_that_changed_on_both_sides_is_a_conflict_and_both_versions_stay()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/sub/file", "staged");
        cache.Tree.Write("source/other", "old");
        cache.Sync().OrThrow();
        cache.Tree.Write("source/sub/file", "new in the source");
        cache.Tree.Write("source/other", "changed");
        File.WriteAllText(cache.Target + "/sub/file", "by a job");

        var result = cache.SyncFails("--force");
        Assert.Contains($"conflict: {cache.Target}/sub/file: ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/sub/file"));
        Assert.Equal("new in the source", File.ReadAllText(cache.Source + "/sub/file"));
        Assert.Equal("changed", File.ReadAllText(cache.Target + "/other"));

        // It stays one until somebody decides; removing the job's version is such a decision.
        cache.SyncFails("--force", "--delete");
        File.Delete(cache.Target + "/sub/file");
        cache.SyncAndCompare();
    }

    [RequiresFact("ferry")]
    public void What_only_a_job_has_made_is_never_removed()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/dir/file", "x");
        cache.Sync().OrThrow();
        string[] own = ["own", "dir/own", "own-dir/deep/file"];
        Directory.CreateDirectory(cache.Target + "/own-dir/deep");
        foreach (var path in own) File.WriteAllText($"{cache.Target}/{path}", "a job's own");

        cache.Sync("--force", "--delete").OrThrow();
        Directory.Delete(cache.Source + "/dir", recursive: true);
        cache.Sync("--force", "--delete").OrThrow();
        Assert.All(own, path => Assert.Equal("a job's own", File.ReadAllText($"{cache.Target}/{path}")));
        Assert.False(File.Exists(cache.Target + "/dir/file"));
    }

    [RequiresTheory("ferry")]
    [InlineData("push")]
    [InlineData("sync")]
    public void An_older_file_of_a_job_is_not_overwritten_after_a_run_that_ended_with_a_conflict(string command)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "staged");
        cache.Tree.SetTime("source/file", 1_600_000_000);
        cache.Sync().OrThrow();
        File.WriteAllText(cache.Target + "/file", "by a job");
        File.WriteAllText(cache.Source + "/file", "by somebody");
        Assert.Equal(1, cache.Run(command, command == "sync" ? "--force" : "--conflict=fail").ExitCode);
        // As downloaders and archives do it: a new file with the time that it had elsewhere.
        File.WriteAllText(cache.Target + "/own", "by a job");
        File.SetLastWriteTimeUtc(cache.Target + "/own", DateTime.UnixEpoch.AddYears(50));
        File.WriteAllText(cache.Source + "/own", "by somebody");

        cache.SyncFails("--force");
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/own"));
        Assert.Equal("by somebody", File.ReadAllText(cache.Source + "/own"));
    }

    [RequiresFact("ferry", "rsync")]
    public void What_is_gone_from_the_source_stays_until_a_sync_with_deletion()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/dir/sub/file", "x");
        cache.Tree.Write("source/dir/other", "x");
        cache.Tree.Write("source/file", "x");
        cache.Tree.Symlink("source/link", "file");
        cache.SyncAndCompare();

        Tool.Bash("cd \"$1\" && rm -r dir/sub file link", cache.Source).OrThrow();
        cache.Sync("--force").OrThrow();
        Assert.True(File.Exists(cache.Target + "/dir/sub/file"));
        Assert.True(File.Exists(cache.Target + "/file"));
        cache.Sync("--force").OrThrow();
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_file_gone_from_the_source_and_changed_by_a_job_is_kept_and_named()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Sync().OrThrow();
        File.Delete(cache.Source + "/file");
        File.WriteAllText(cache.Target + "/file", "by a job");
        var result = cache.Sync("--force", "--delete").OrThrow();
        Assert.Contains($"{cache.Target}/file: gone from the source but changed on scratch", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("by a job", File.ReadAllText(cache.Target + "/file"));
    }

    [RequiresFact("ferry")]
    public void A_newer_file_of_a_job_is_not_overwritten_by_one_that_appears_in_the_source()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/other", "x");
        cache.Sync().OrThrow();
        cache.Tree.Write("source/name", "of the source");
        cache.Tree.SetTime("source/name", 1_600_000_000);
        File.WriteAllText(cache.Target + "/name", "a job's own");
        var result = cache.SyncFails("--force");
        Assert.Contains($"{cache.Target}/name", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("a job's own", File.ReadAllText(cache.Target + "/name"));
    }

    [RequiresFact("ferry", "rsync")]
    public void A_staged_tree_that_is_gone_is_staged_again()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/dir/file", "x");
        cache.SyncAndCompare();
        Directory.Delete(cache.Target, recursive: true);
        cache.SyncAndCompare();
        Directory.Delete(cache.Root, recursive: true);
        cache.SyncAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_dry_run_tells_of_directories_that_a_deletion_would_remove()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/dir/one", "x");
        cache.Tree.Write("source/dir/two", "x");
        cache.Sync().OrThrow();
        Directory.Delete(cache.Source + "/dir", recursive: true);
        var result = cache.Sync("--dry-run", "--force", "--delete").OrThrow();
        Assert.Contains("remove", result.Stderr, StringComparison.Ordinal);
        Assert.True(File.Exists(cache.Target + "/dir/one"));
    }
}
