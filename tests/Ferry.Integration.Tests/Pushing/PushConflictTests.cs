using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Pushing;

/// <summary>What was changed on both sides: named, left alone, or decided as asked, with the other version kept.</summary>
public sealed class PushConflictTests : IDisposable
{
    private readonly StagedCache _cache = new();

    private string Kept => $"{_cache.Root}/.{StagedCache.Variable}.kept";

    public void Dispose() => _cache.Dispose();

    [RequiresFact("ferry")]
    public void A_conflict_is_named_and_both_versions_stay()
    {
        ChangeBoth();
        var result = _cache.Run("push");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"conflict: {_cache.Source}/file: ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(["of the source", "by a job"], Versions());
        // All else has arrived, and nothing is said twice.
        Assert.Equal("new", File.ReadAllText(_cache.Source + "/new"));
        Assert.True(File.Exists($"{_cache.Root}/.{StagedCache.Variable}.unpushed"));
        Assert.Equal(1, _cache.Run("push").ExitCode);
        Assert.Equal(1, _cache.Sync("--force").ExitCode);
        Assert.Equal(["of the source", "by a job"], Versions());
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("scratch", "by a job", "of the source")]
    [InlineData("newer", "by a job", "of the source")]
    [InlineData("source", "of the source", "by a job")]
    public void The_version_that_loses_is_kept_on_scratch(string policy, string winner, string loser)
    {
        ChangeBoth();
        _cache.Run("push", "--conflict", policy).OrThrow();
        // Without --force: what was decided is not hidden by a marker that is fresh.
        _cache.Sync().OrThrow();
        Assert.Equal([winner, winner], Versions());
        Assert.Equal([loser], Directory.GetFiles(Kept).Select(File.ReadAllText));
        Assert.Contains("nothing to push", _cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Both_versions_are_in_the_source_if_that_is_asked()
    {
        ChangeBoth();
        _cache.Run("push", "--conflict", "both").OrThrow();
        _cache.Sync().OrThrow();
        Assert.Equal(["of the source", "of the source"], Versions());
        var beside = Assert.Single(Directory.GetFiles(_cache.Source, "file.conflict-*"));
        Assert.Equal("by a job", File.ReadAllText(beside));
        Assert.True(File.Exists($"{_cache.Target}/{Path.GetFileName(beside)}"));
    }

    [RequiresTheory("ferry")]
    [InlineData("both")]
    [InlineData("scratch")]
    [InlineData("source")]
    public void Links_are_resolved_as_files_are(string policy)
    {
        _cache.Tree.Symlink("source/link", "old");
        _cache.Sync().OrThrow();
        foreach (var side in (string[])[_cache.Source, _cache.Target])
        {
            File.Delete(side + "/link");
            File.CreateSymbolicLink(side + "/link", side == _cache.Source ? "of-the-source" : "by-a-job");
        }
        _cache.Run("push", "--conflict", policy).OrThrow();
        _cache.Sync().OrThrow();
        var winner = policy == "scratch" ? "by-a-job" : "of-the-source";
        Assert.Equal(winner, new FileInfo(_cache.Source + "/link").LinkTarget);
        Assert.Equal(winner, new FileInfo(_cache.Target + "/link").LinkTarget);
        var other = policy == "both" ? Directory.GetFileSystemEntries(_cache.Source, "link.conflict-*") : Directory.GetFileSystemEntries(Kept);
        Assert.Equal(policy == "scratch" ? "of-the-source" : "by-a-job", new FileInfo(Assert.Single(other)).LinkTarget);
    }

    [RequiresFact("ferry")]
    public void A_source_that_was_restored_or_moved_is_not_taken_for_changed()
    {
        _cache.Tree.Write("source/file", "old");
        _cache.Tree.Symlink("source/link", "old");
        _cache.Sync().OrThrow();
        // Other inodes with the same contents and times.
        Tool.Bash("cp -a \"$1\" \"$1.copy\" && rm -r \"$1\" && mv \"$1.copy\" \"$1\"", _cache.Source).OrThrow();
        File.WriteAllText(_cache.Target + "/file", "by a job");
        File.Delete(_cache.Target + "/link");
        File.CreateSymbolicLink(_cache.Target + "/link", "by-a-job");
        _cache.Run("push").OrThrow();
        Assert.Equal("by a job", File.ReadAllText(_cache.Source + "/file"));
        Assert.Equal("by-a-job", new FileInfo(_cache.Source + "/link").LinkTarget);
    }

    [RequiresFact("ferry", "rsync")]
    public void What_was_pushed_and_is_then_removed_from_the_source_with_its_directory_does_not_come_back()
    {
        ChangeBoth();
        File.WriteAllText(_cache.Target + "/deep/own", "by a job");
        // The conflict keeps the push from being recorded at once.
        Assert.Equal(1, _cache.Run("push").ExitCode);
        Directory.Delete(_cache.Source + "/deep", recursive: true);
        _cache.Run("push", "--conflict", "scratch").OrThrow();
        Assert.Contains("nothing to push", _cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
        _cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void Equal_contents_are_no_conflict()
    {
        ChangeBoth();
        File.WriteAllText(_cache.Source + "/file", "by a job");
        _cache.Run("push").OrThrow();
        Assert.False(Directory.Exists(Kept));
    }

    [RequiresFact("ferry")]
    public void A_file_that_was_removed_from_the_source_is_a_conflict()
    {
        ChangeBoth();
        File.Delete(_cache.Source + "/file");
        var result = _cache.Run("push");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/file: changed on scratch, but removed from the source", result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(_cache.Source + "/file"));
        _cache.Run("push", "--conflict", "scratch").OrThrow();
        Assert.Equal("by a job", File.ReadAllText(_cache.Source + "/file"));
    }

    [RequiresTheory("ferry")]
    [InlineData("fail")]
    [InlineData("scratch")]
    public void A_directory_on_one_side_and_a_file_on_the_other_is_for_people_to_decide(string policy)
    {
        _cache.Tree.Write("source/first", "x");
        _cache.Sync().OrThrow();
        _cache.Tree.Write("source/one", "a file");
        _cache.Tree.MakeDirectory("source/two");
        Directory.CreateDirectory(_cache.Target + "/one");
        File.WriteAllText(_cache.Target + "/two", "a file");
        var result = _cache.Run("push", "--conflict", policy);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{_cache.Source}/one: is a directory on one side", result.Stderr, StringComparison.Ordinal);
        Assert.Contains($"{_cache.Source}/two: is a directory on one side", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("a file", File.ReadAllText(_cache.Source + "/one"));
        Assert.Equal("a file", File.ReadAllText(_cache.Target + "/two"));
    }

    /// <summary>The source's change is the older one.</summary>
    private void ChangeBoth()
    {
        _cache.Tree.Write("source/file", "old");
        _cache.Tree.SetTime("source/file", 1_600_000_000);
        _cache.Tree.Write("source/deep/other", "old");
        _cache.Sync().OrThrow();
        File.WriteAllText(_cache.Source + "/file", "of the source");
        File.SetLastWriteTimeUtc(_cache.Source + "/file", new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.WriteAllText(_cache.Target + "/file", "by a job");
        File.WriteAllText(_cache.Target + "/new", "new");
    }

    private string[] Versions() => [File.ReadAllText(_cache.Source + "/file"), File.ReadAllText(_cache.Target + "/file")];
}
