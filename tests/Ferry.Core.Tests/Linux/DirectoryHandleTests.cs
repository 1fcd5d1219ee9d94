using Ferry.Core.Linux;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class DirectoryHandleTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Nothing_is_opened_or_made_through_a_link()
    {
        _tree.Write("outside/file", "x");
        _tree.Symlink("root/link", "../outside");
        using var root = DirectoryHandle.Open(_tree["root"]);
        Assert.Null(root.TryOpen("missing"));
        Assert.ThrowsAny<LinuxException>(() => root.TryOpen("link"));
        Assert.ThrowsAny<LinuxException>(() => root.TryOpen("../outside"));
        Assert.ThrowsAny<LinuxException>(() => root.Ensure("link/new"));
        Assert.ThrowsAny<LinuxException>(() => root.TryReadFile("link", 10));
        Assert.Throws<ArgumentException>(() => root.StatusOf("link/file"));
        Assert.Throws<ArgumentException>(() => root.Remove(".."));
        Assert.Equal("../outside", root.LinkOf("link"));
        Assert.Equal(["file"], _tree.Files("outside"));
    }

    [Fact]
    public void Names_are_listed_but_for_temporary_ones()
    {
        _tree.Write("a");
        _tree.Write(".ferry-tmp-1-2-3");
        _tree.Write([(byte)'b', 0xe9], "x"u8);
        using var root = DirectoryHandle.Open(_tree.Path);
        Assert.Equal(["a"], root.List(out var unreadable));
        Assert.Equal(["b\\xe9"], unreadable);
    }

    [Fact]
    public void A_file_is_replaced_and_a_directory_is_not()
    {
        _tree.Write("file", "old");
        _tree.Write("outside", "untouched");
        _tree.Symlink("link", "outside");
        _tree.MakeDirectory("directory");
        using var root = DirectoryHandle.Open(_tree.Path);
        root.WriteFile("file", "new"u8);
        root.WriteFile("link", "new"u8);
        Assert.ThrowsAny<LinuxException>(() => root.WriteFile("directory", "new"u8));
        Assert.Equal("new", _tree.ReadText("file"));
        Assert.Equal("untouched", _tree.ReadText("outside"));
        Assert.Null(root.LinkOf("link"));
        Assert.Equal(["file", "link", "outside"], _tree.Files());
        Assert.Equal("new"u8.ToArray(), root.TryReadFile("file", 3));
        Assert.Equal(Errno.EFBIG, Assert.Throws<LinuxException>(() => root.TryReadFile("file", 2)).Errno);
    }

    [Fact]
    public void A_tree_is_removed_and_what_its_links_lead_to_stays()
    {
        _tree.Write("outside/kept", "x");
        _tree.Write("root/tree/a/b/file");
        _tree.Symlink("root/tree/a/link", "../../../outside");
        _tree.Write("root/.ferry-tmp-1-2-3/left");
        _tree.Write("root/.ferry-tmp-1-2-4");
        using var root = DirectoryHandle.Open(_tree["root"]);
        Assert.True(root.RemoveTree("tree", root));
        Assert.False(root.RemoveTree("tree", root));
        root.RemoveLeftovers(new Timestamp(1_000, 0));
        Assert.Equal(["outside/kept", "root/.ferry-tmp-1-2-4"], _tree.Files());
        root.RemoveLeftovers(new Timestamp(long.MaxValue, 0));
        Assert.Empty(root.List(out _));
        Assert.Equal(["outside/kept"], _tree.Files());
    }
}
