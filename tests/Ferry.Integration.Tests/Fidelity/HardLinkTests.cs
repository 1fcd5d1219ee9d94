using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class HardLinkTests
{
    [RequiresFact("ferry", "rsync")]
    public void Names_of_one_file_in_several_directories_stay_names_of_one_file()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteRandom("source/a/file", 300_000);
        cache.Tree.HardLink("source/a/second", "source/a/file");
        cache.Tree.HardLink("source/b/c/third", "source/a/file");
        cache.Tree.HardLink("source/fourth", "source/a/file");
        cache.Tree.HardLink("outside", "source/a/file");

        cache.SyncAndCompare();
        Assert.Single(StagedCache.HardLinks(cache.Target));
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_link_that_is_added_later_is_linked_and_not_copied()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteRandom("source/model", 300_000);
        cache.Tree.SetTime("source/model", 1_600_000_000);
        cache.SyncAndCompare();
        var inode = StagedCache.Inode(cache.Target + "/model");

        cache.Tree.HardLink("source/sub/again", "source/model");
        cache.MirrorAndCompare();
        Assert.Equal(inode, StagedCache.Inode(cache.Target + "/sub/again"));
    }

    [RequiresFact("ferry", "rsync")]
    public void A_name_that_gets_a_file_of_its_own_leaves_the_others_as_they_are()
    {
        using var cache = new StagedCache();
        foreach (var name in new[] { "one", "two", "three" })
        {
            if (name == "one") cache.Tree.WriteRandom("source/one", 5_000);
            else cache.Tree.HardLink($"source/{name}", "source/one");
        }

        cache.Tree.SetTime("source/one", 1_600_000_000);
        cache.SyncAndCompare();

        // The same bytes and time: only mode and links tell them apart.
        Tool.Bash("cd \"$1\" && cp -p two copy && mv copy two && chmod 600 two", cache.Source).OrThrow();
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_group_of_names_that_is_split_into_two_becomes_two_files()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteRandom("source/a", 5_000);
        foreach (var name in new[] { "b", "c", "d" }) cache.Tree.HardLink($"source/{name}", "source/a");
        cache.Tree.SetTime("source/a", 1_600_000_000);
        cache.SyncAndCompare();

        Tool.Bash("cd \"$1\" && cp -p c copy && mv copy c && ln -f c d && chmod 640 c", cache.Source).OrThrow();
        cache.MirrorAndCompare();
        Assert.Equal(["a = b", "c = d"], StagedCache.HardLinks(cache.Target));
    }

    [RequiresFact("ferry", "rsync")]
    public void A_purged_name_of_a_linked_file_is_linked_again_and_not_copied()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteRandom("source/blob", 200_000);
        cache.Tree.HardLink("source/snapshot/weights", "source/blob");
        cache.Tree.SetTime("source/blob", 1_600_000_000);
        cache.SyncAndCompare();
        var inode = StagedCache.Inode(cache.Target + "/blob");

        File.Delete(cache.Target + "/snapshot/weights");
        var result = cache.SyncAndCompare();
        Assert.Equal(inode, StagedCache.Inode(cache.Target + "/snapshot/weights"));
        Assert.Contains("purged", result.Stderr, StringComparison.Ordinal);

        // And when the name goes that the others were linked to.
        File.Delete(cache.Target + "/blob");
        cache.SyncAndCompare();
        Assert.Equal(inode, StagedCache.Inode(cache.Target + "/blob"));
    }

    [RequiresFact("ferry", "rsync")]
    public void New_contents_arrive_under_all_names()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/a/file", "old");
        cache.Tree.HardLink("source/b/file", "source/a/file");
        cache.SyncAndCompare();
        cache.Tree.Write("source/b/file", "new and longer");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void Contents_of_the_same_size_and_time_arrive_under_all_names()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/a", "version 1.0.1");
        cache.Tree.SetTime("source/a", 315_532_800);
        cache.Tree.HardLink("source/b", "source/a");
        cache.SyncAndCompare();
        cache.Tree.Write("source/a", "version 1.0.2");
        cache.Tree.SetTime("source/a", 315_532_800);
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_purged_name_is_not_linked_to_one_that_a_job_has_changed()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/a", "as staged");
        cache.Tree.HardLink("source/b", "source/a");
        cache.Tree.SetTime("source/a", 1_600_000_000);
        cache.Sync().OrThrow();

        // As "sed -i" does it: the changed file is another inode. Then the purge takes the other name.
        File.WriteAllText(cache.Target + "/new", "changed by a job");
        File.Move(cache.Target + "/new", cache.Target + "/a", overwrite: true);
        File.Delete(cache.Target + "/b");
        cache.Sync("--force").OrThrow();
        Assert.Equal("changed by a job", File.ReadAllText(cache.Target + "/a"));
        Assert.Equal("as staged", File.ReadAllText(cache.Target + "/b"));
    }

    [RequiresFact("ferry", "rsync")]
    public void Links_that_a_job_makes_to_staged_files_do_not_make_them_be_copied_again()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteRandom("source/wheel", 50_000);
        cache.Tree.SetTime("source/wheel", 1_600_000_000);
        cache.SyncAndCompare();
        var inode = StagedCache.Inode(cache.Target + "/wheel");
        cache.Tree.HardLink("scratch/venv/wheel", $"scratch/.cache/ferry/{StagedCache.Variable}/wheel");
        cache.MirrorAndCompare();
        Assert.Equal(inode, StagedCache.Inode(cache.Target + "/wheel"));
    }
}
