using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Testing;

namespace Ferry.Core.Tests.Copying;

/// <summary>
/// Names taken and exchanged beside other writers: where the file system can exchange names, and on one that cannot, as
/// NFS (tests/servers/slowfs with plain renames only).
/// </summary>
public sealed class GuardedRenameTests
{
    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_free_name_is_taken(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("new", "of the push");
        Assert.Equal(0, GuardedRename.TakeFree(directory, "new\0"u8, "name\0"u8));
        Assert.Equal(["name"], tree.Files());
        Assert.Equal("of the push", tree.ReadText("name"));
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_that_somebody_has_by_now_stays_his(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("new", "of the push");
        tree.Write("name", "of somebody");
        Assert.Equal(-Errno.EEXIST, GuardedRename.TakeFree(directory, "new\0"u8, "name\0"u8));
        Assert.Equal(["name"], tree.Files());
        Assert.Equal("of somebody", tree.ReadText("name"));
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_takes_a_free_name_too(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Symlink("new", "target");
        Assert.Equal(0, GuardedRename.TakeFree(directory, "new\0"u8, "name\0"u8));
        Assert.Equal("target", new FileInfo(tree["name"]).LinkTarget);
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void The_known_version_is_replaced(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("name", "old");
        var known = StatusOf(directory, "name\0"u8);
        tree.Write("new", "of the push");
        Assert.Equal(0, GuardedRename.Replace(directory, "new\0"u8, "name\0"u8, known));
        Assert.Equal(["name"], tree.Files());
        Assert.Equal("of the push", tree.ReadText("name"));
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_took_the_name_meanwhile_stays(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("name", "old");
        var known = StatusOf(directory, "name\0"u8);
        tree.Write("other", "of somebody");
        File.Move(tree["other"], tree["name"], overwrite: true);
        tree.Write("new", "of the push");
        Assert.Equal(-Errno.EEXIST, GuardedRename.Replace(directory, "new\0"u8, "name\0"u8, known));
        Assert.Equal(["name"], tree.Files());
        Assert.Equal("of somebody", tree.ReadText("name"));
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_was_written_to_meanwhile_stays(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("name", "old");
        tree.SetTime("name", 1_600_000_000);
        var known = StatusOf(directory, "name\0"u8);
        tree.Write("name", "new");
        tree.Write("new", "of the push");
        Assert.Equal(-Errno.EEXIST, GuardedRename.Replace(directory, "new\0"u8, "name\0"u8, known));
        Assert.Equal("new", tree.ReadText("name"));
        Assert.Equal(["name"], tree.Files());
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_got_another_name_meanwhile_is_still_the_known_one(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("name", "old");
        var known = StatusOf(directory, "name\0"u8);
        tree.HardLink("second", "name");
        tree.Chmod("second", "600");
        tree.Write("new", "of the push");
        Assert.Equal(0, GuardedRename.Replace(directory, "new\0"u8, "name\0"u8, known));
        Assert.Equal("of the push", tree.ReadText("name"));
        Assert.Equal("old", tree.ReadText("second"));
    });

    [RequiresTheory("fuse")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_was_removed_meanwhile_does_not_come_back(bool canExchange) => In(canExchange, static (tree, directory) =>
    {
        tree.Write("name", "old");
        var known = StatusOf(directory, "name\0"u8);
        File.Delete(tree["name"]);
        tree.Write("new", "of the push");
        Assert.Equal(-Errno.EEXIST, GuardedRename.Replace(directory, "new\0"u8, "name\0"u8, known));
        Assert.Empty(tree.Files());
    });

    [RequiresFact("fuse")]
    public void A_file_system_with_plain_renames_only_cannot_exchange_names()
    {
        using var tree = new TempTree();
        using var mount = new SlowFs(tree.Path, more: ["--plain-rename", "1"]);
        tree.Write("one", "1");
        tree.Write("two", "2");
        WithDirectory(mount.Path, static directory => Assert.True(Kernel.Exchange(directory, "one\0"u8, "two\0"u8) < 0));
    }

    private static void In(bool canExchange, Action<TempTree, int> test)
    {
        using var tree = new TempTree();
        using var mount = canExchange ? null : new SlowFs(tree.Path, more: ["--plain-rename", "1"]);
        WithDirectory(mount?.Path ?? tree.Path, directory => test(tree, directory));
    }

    private static void WithDirectory(string path, Action<int> test)
    {
        var directory = Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadDirectory);
        Assert.True(directory >= 0);
        test(directory);
        Kernel.Close(directory);
    }

    private static FileStatus StatusOf(int directory, ReadOnlySpan<byte> name)
    {
        Assert.Equal(0, Kernel.StatusOf(directory, name, out var status));
        return status;
    }
}
