using Ferry.Core.Linux;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Contents_are_replaced_whole_and_nothing_is_left_beside_them()
    {
        AtomicFile.Write(_tree["file"], "one"u8);
        AtomicFile.Write(_tree["file"], "two, longer"u8);
        Assert.Equal("two, longer", _tree.ReadText("file"));
        Assert.Equal(["file"], _tree.Files());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_tree["file"]));
    }

    [Fact]
    public async Task Readers_see_the_old_contents_or_the_new()
    {
        byte[][] versions = [[.. Enumerable.Repeat((byte)'a', 30_000)], [.. Enumerable.Repeat((byte)'b', 50_000)]];
        AtomicFile.Write(_tree["file"], versions[0]);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var read = AtomicFile.TryRead(_tree["file"], 100_000)!;
                Assert.Contains(versions, version => version.AsSpan().SequenceEqual(read));
            }
        });
        for (var i = 0; i < 300; i++) AtomicFile.Write(_tree["file"], versions[i % 2]);
        await done.CancelAsync();
        await reader;
    }

    [Fact]
    public void A_stream_gives_the_name_when_it_is_committed_and_leaves_nothing_when_it_is_not()
    {
        _tree.Write("file", "old");
        using (var stream = AtomicStream.Create(_tree["file"])) stream.Write("half"u8);
        Assert.Equal(("old", "file"), (_tree.ReadText("file"), Assert.Single(_tree.Files())));
        using (var stream = AtomicStream.Create(_tree["file"]))
        {
            stream.Write("one, "u8);
            stream.Write("two"u8);
            Assert.Equal("old", _tree.ReadText("file"));
            stream.Commit();
        }

        Assert.Equal(("one, two", "file"), (_tree.ReadText("file"), Assert.Single(_tree.Files())));
    }

    [Fact]
    public void What_others_may_read_has_the_mode_that_the_umask_leaves_also_after_a_copy_has_cleared_it()
    {
        var permissions = Kernel.SharedFilePermissions;
        var umask = Kernel.SetUmask(0);
        Kernel.ClearUmask();
        using (var stream = AtomicStream.Create(_tree["file"])) stream.Commit();
        _ = Kernel.SetUmask(umask);
        Assert.Equal((UnixFileMode)permissions, File.GetUnixFileMode(_tree["file"]));
        Assert.False(((UnixFileMode)permissions).HasFlag(UnixFileMode.OtherWrite));
    }

    [Fact]
    public void A_directory_in_the_way_stays_and_is_named()
    {
        _tree.Write("taken/file", "precious");
        Assert.Contains(_tree["taken"], Assert.Throws<LinuxException>(() => AtomicFile.Write(_tree["taken"], "x"u8)).Message, StringComparison.Ordinal);
        Assert.Equal(["taken/file"], _tree.Files());
    }

    [Fact]
    public void A_missing_file_is_null_and_one_too_large_or_not_a_file_is_an_error()
    {
        Assert.Null(AtomicFile.TryRead(_tree["nowhere"], 10));
        _tree.Write("file", "0123456789");
        Assert.Equal("0123456789"u8.ToArray(), AtomicFile.TryRead(_tree["file"], 10));
        Assert.Throws<LinuxException>(() => AtomicFile.TryRead(_tree["file"], 9));
        Assert.Throws<LinuxException>(() => AtomicFile.TryRead(_tree.MakeDirectory("directory"), 10));
        _tree.Symlink("link", "file");
        Assert.Throws<LinuxException>(() => AtomicFile.TryRead(_tree["link"], 10));
    }

    [Fact]
    public void Removing_what_is_not_there_is_no_error()
    {
        AtomicFile.Remove(_tree["nowhere"]);
        _tree.Write("file");
        AtomicFile.Remove(_tree["file"]);
        Assert.False(_tree.Exists("file"));
    }
}
