using Ferry.Testing;

namespace Ferry.Integration.Tests.Harness;

public sealed class TempTreeTests
{
    [RequiresFact("rsync")]
    public void Rsync_finds_no_difference_between_a_tree_and_its_copy_and_one_after_a_change()
    {
        using var tree = new TempTree();
        FillWithEverything(tree, "source");
        Tool.Run("rsync", ["-aHAX", "--modify-window=-1", tree["source"] + "/", tree["copy"] + "/"]).OrThrow();

        Assert.Empty(RsyncOracle.Differences(tree["source"], tree["copy"]));

        tree.SetTime("copy/dir/file", 1_600_000_000, 987_654_321);
        Assert.Equal([".f..t...... dir/file", "hf..t...... dir/second-name"], RsyncOracle.Differences(tree["source"], tree["copy"]));
    }

    [Fact]
    public void Disposing_removes_unreadable_directories_and_names_that_are_not_utf8()
    {
        var tree = new TempTree();
        FillWithEverything(tree, "source");
        tree.Chmod("source/dir", "0");
        tree.Dispose();
        Assert.False(Directory.Exists(tree.Path));
    }

    [Fact]
    public void A_sparse_file_takes_no_space_for_its_holes()
    {
        using var tree = new TempTree();
        tree.WriteSparse("sparse", 1L << 30, (512 << 20, "middle"u8.ToArray()));
        Assert.Equal(1L << 30, new FileInfo(tree["sparse"]).Length);
        Assert.True(long.Parse(Tool.Run("stat", ["-c", "%b", tree["sparse"]]).OrThrow().Text) < 1000);
    }

    internal static void FillWithEverything(TempTree tree, string root)
    {
        tree.Write($"{root}/dir/file", "content");
        tree.SetTime($"{root}/dir/file", 1_600_000_000, 123_456_789);
        tree.Chmod($"{root}/dir/file", "640");
        tree.HardLink($"{root}/dir/second-name", $"{root}/dir/file");
        tree.Symlink($"{root}/dangling", "../no/such/place");
        tree.Write([.. System.Text.Encoding.UTF8.GetBytes(root), .. "/caf\u00e9"u8[..5], 0xe9], "latin-1 name"u8);
        tree.Symlink([.. System.Text.Encoding.UTF8.GetBytes(root), .. "/l"u8, 0xff], [0xfe, 0xff]);
        tree.WriteRandom($"{root}/random", 100_000);
        tree.Chmod($"{root}/random", "444");
        tree.MakeDirectory($"{root}/empty");
        tree.Chmod($"{root}/empty", "2750");
    }
}
