using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class TreeRootTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(1, 255)]
    [InlineData(20, 255)] // beyond 4,096 bytes
    [InlineData(120, 255)]
    [InlineData(2_100, 1)]
    [InlineData(16, 249)] // a step ends exactly at a slash
    public void A_directory_is_opened_whatever_the_length_of_its_path(int depth, int nameLength)
    {
        using var root = TreeRoot.Open(_tree.Path);
        var name = new string('d', nameLength);
        var directory = Kernel.Open(root.Fd, ".\0"u8, Kernel.ReadDirectory);
        for (var i = 0; i < depth; i++)
        {
            Assert.Equal(0, Kernel.MakeDirectory(directory, PathText.ToTerminated(name), 0x1ED));
            var next = Kernel.Open(directory, PathText.ToTerminated(name), Kernel.ReadDirectory);
            Kernel.Close(directory);
            directory = next;
        }

        Kernel.StatusOf(directory, out var expected);
        Kernel.Close(directory);
        var opened = root.OpenDirectory(PathOf(string.Join('/', Enumerable.Repeat(name, depth))));
        Assert.True(opened >= 0, Errno.Name(-opened));
        Kernel.StatusOf(opened, out var found);
        Kernel.Close(opened);
        Assert.Equal(expected.Inode, found.Inode);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link/below")]
    [InlineData("real/out")]
    [InlineData("absolute")]
    public void No_component_is_followed_if_it_is_a_link(string path)
    {
        _tree.MakeDirectory("real/below");
        _tree.Symlink("link", "real");
        _tree.Symlink("real/out", "../..");
        _tree.Symlink("absolute", "/");
        using var root = TreeRoot.Open(_tree.Path);
        Assert.Contains(root.OpenDirectory(PathOf(path)), (int[])[-Errno.ELOOP, -Errno.ENOTDIR]);
    }

    [Theory]
    [InlineData("..", Errno.EXDEV)]
    [InlineData("real/../..", Errno.EXDEV)]
    [InlineData("nowhere", Errno.ENOENT)]
    [InlineData("file", Errno.ENOTDIR)]
    public void Nothing_outside_of_the_root_or_not_a_directory_is_opened(string path, int errno)
    {
        _tree.MakeDirectory("real");
        _tree.Write("file");
        using var root = TreeRoot.Open(_tree.Path);
        Assert.Equal(-errno, root.OpenDirectory(PathOf(path)));
    }

    [Fact]
    public void A_missing_root_is_named()
    {
        var e = Assert.Throws<LinuxException>(() => TreeRoot.Open(_tree["nowhere"]));
        Assert.Equal((Errno.ENOENT, _tree["nowhere"]), (e.Errno, e.Path));
    }

    [Fact]
    public void The_real_path_is_that_behind_all_links()
    {
        _tree.MakeDirectory("real/below");
        _tree.Symlink("link", "real");
        using var root = TreeRoot.Open(_tree["link/below"]);
        Assert.Equal(_tree["real/below"], root.RealPath);
    }

    private static PathBuffer PathOf(string path)
    {
        var buffer = new PathBuffer();
        foreach (var component in path.Split('/')) buffer.Append(PathText.ToBytes(component));
        return buffer;
    }
}
