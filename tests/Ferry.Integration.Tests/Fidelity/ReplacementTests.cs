using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>A name that becomes something else between two syncs.</summary>
public sealed class ReplacementTests
{
    public static TheoryData<string, string, bool> Changes
    {
        get
        {
            var changes = new TheoryData<string, string, bool>();
            string[] kinds = ["file", "directory", "symlink"];
            foreach (var from in kinds)
                foreach (var to in kinds.Where(to => to != from))
                    foreach (var delete in (bool[])[false, true])
                        changes.Add(from, to, delete);
            return changes;
        }
    }

    [RequiresTheory("ferry", "rsync")]
    [MemberData(nameof(Changes))]
    public void What_takes_a_name_in_the_source_takes_it_on_scratch(string from, string to, bool delete)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/beside", "x");
        Make(cache.Tree, from);
        cache.SyncAndCompare();

        Tool.Run("rm", ["-r", cache.Source + "/name"]).OrThrow();
        Make(cache.Tree, to);
        // As after "mv" or "tar x": older than what was staged under the name.
        cache.Tree.SetTime("source/name", 1_500_000_000);
        cache.SyncAndCompare(delete ? ["--force", "--delete"] : ["--force"]);
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_directory_with_something_of_a_job_in_it_is_not_replaced()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/name/file", "x");
        cache.Sync().OrThrow();
        File.WriteAllText(cache.Target + "/name/own", "a job's own");
        Directory.Delete(cache.Source + "/name", recursive: true);
        cache.Tree.Write("source/name", "now a file");

        var result = cache.SyncFails("--force", "--delete");
        Assert.Contains("/name", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("a job's own", File.ReadAllText(cache.Target + "/name/own"));
    }

    [RequiresFact("ferry", "rsync")]
    public void Files_directories_and_links_of_one_name_follow_each_other_many_times()
    {
        using var cache = new StagedCache();
        foreach (var kind in new[] { "file", "directory", "symlink", "directory", "file", "symlink", "file", "directory" })
        {
            Tool.Run("rm", ["-rf", cache.Source + "/name"]).OrThrow();
            Make(cache.Tree, kind);
            cache.SyncAndCompare("--force");
        }
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_directory_that_an_unfinished_run_staged_is_replaced_or_removed_too(bool isReplaced)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/name/sub/file", "x");
        cache.Tree.Write("source/name/file", "x");
        cache.Tree.Write("source/other", "x");
        cache.Tree.SetTime("source/other", 1_500_000_000);
        // A conflict keeps the first run from being committed.
        cache.Tree.Write($"scratch/.cache/ferry/{StagedCache.Variable}/other", "a job's own");
        cache.SyncFails();
        Assert.True(File.Exists(cache.Target + "/name/sub/file"));

        File.Delete(cache.Target + "/other");
        Directory.Delete(cache.Source + "/name", recursive: true);
        if (isReplaced) cache.Tree.Write("source/name", "now a file");
        cache.SyncAndCompare(isReplaced ? ["--force"] : ["--force", "--delete"]);
    }

    [RequiresFact("ferry", "rsync")]
    public void Contents_of_the_same_size_and_time_are_told_apart()
    {
        // Reproducible builds give every file one time; two versions may well have one size.
        using var cache = new StagedCache();
        cache.Tree.Write("source/version.py", "version = '1.0.1'");
        cache.Tree.SetTime("source/version.py", 315_532_800);
        cache.SyncAndCompare();

        cache.Tree.Write("source/new", "version = '1.0.2'");
        cache.Tree.SetTime("source/new", 315_532_800);
        File.Move(cache.Source + "/new", cache.Source + "/version.py", overwrite: true);
        cache.MirrorAndCompare();
    }

    private static void Make(TempTree tree, string kind)
    {
        switch (kind)
        {
            case "file": tree.Write("source/name", "contents"); break;
            case "directory":
                tree.Write("source/name/below/file", "contents");
                tree.Symlink("source/name/link", "below");
                tree.MakeDirectory("source/name/empty");
                break;
            default: tree.Symlink("source/name", "beside"); break;
        }
    }
}
