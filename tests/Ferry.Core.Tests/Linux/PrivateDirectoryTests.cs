using Ferry.Core.Linux;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class PrivateDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(".cache/ferry")]
    [InlineData("a//b/./c/")]
    [InlineData(" blank / blanks ")]
    public void Missing_components_are_made_for_the_owner_alone(string path)
    {
        PrivateDirectory.Ensure(_tree.Path, path);
        PrivateDirectory.Ensure(_tree.Path, path);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Join(_tree.Path, path)));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Join(_tree.Path, path.Split('/')[0])));
    }

    [Theory]
    [InlineData("770")]
    [InlineData("702")]
    [InlineData("1777")]
    public void A_component_that_others_may_write_is_refused(string mode)
    {
        _tree.MakeDirectory("a/b");
        _tree.Chmod("a", mode);
        Assert.Contains("can be written by others", Refused("a/b"), StringComparison.Ordinal);
        Assert.False(_tree.Exists("a/b/c"));
    }

    [Fact]
    public void A_link_is_refused_even_to_a_good_directory()
    {
        _tree.MakeDirectory("real");
        _tree.Chmod("real", "700");
        _tree.Symlink("a", "real");
        Assert.Contains("symbolic link", Refused("a/b"), StringComparison.Ordinal);
        Assert.Contains("symbolic link", Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.EnsureWithin(_tree.Path, "a")).Message, StringComparison.Ordinal);
        Assert.False(_tree.Exists("real/b"));
    }

    [Fact]
    public void A_file_in_the_way_is_refused_and_kept()
    {
        _tree.Write("a", "precious");
        Assert.Contains("is not a directory", Refused("a/b"), StringComparison.Ordinal);
        Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.EnsureWithin(_tree.Path, "a"));
        Assert.Equal("precious", _tree.ReadText("a"));
    }

    [RequiresFact("root")]
    public void A_directory_of_another_user_is_refused()
    {
        _tree.MakeDirectory("a");
        Tool.Run("chown", ["4321", _tree["a"]]).OrThrow();
        Assert.Contains("belongs to user 4321", Refused("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Within_a_private_directory_the_mode_of_one_that_exists_does_not_matter()
    {
        _tree.MakeDirectory("a");
        _tree.Chmod("a", "2777");
        PrivateDirectory.EnsureWithin(_tree.Path, "a");
        PrivateDirectory.EnsureWithin(_tree.Path, "new");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_tree["new"]));
    }

    [Fact]
    public void A_missing_root_is_an_error_that_names_it() =>
        Assert.Contains(_tree["nowhere"], Assert.Throws<LinuxException>(() => PrivateDirectory.Ensure(_tree["nowhere"], "a")).Message, StringComparison.Ordinal);

    private string Refused(string path) =>
        Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.Ensure(_tree.Path, path)).Message;
}
