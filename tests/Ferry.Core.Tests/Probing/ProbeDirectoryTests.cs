using Ferry.Core.Linux;
using Ferry.Core.Probing;
using Ferry.Testing;

namespace Ferry.Core.Tests.Probing;

public sealed class ProbeDirectoryTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void It_is_private_and_goes_with_all_that_was_tried_in_it()
    {
        using (var directory = ProbeDirectory.Create(_tree.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path));
            Assert.Equal(0, NameTrial.AnyBytes(directory));
            Assert.Equal(0, NameTrial.Longest(directory));
            Assert.Equal(0, NameTrial.Replace(directory));
            Assert.Equal(0, NameTrial.Exchange(directory));
            Assert.Equal(0, NameTrial.RefuseToReplace(directory));
            Assert.Equal(0, NameTrial.HardLink(directory));
            Assert.Equal(0, NameTrial.Symlink(directory));
            Assert.Equal(0, NameTrial.LetterCase(directory));
            Assert.NotEmpty(Directory.GetFileSystemEntries(directory.Path));
        }
        Assert.Empty(Directory.GetFileSystemEntries(_tree.Path));
    }

    [Fact]
    public void To_remove_it_twice_is_no_error()
    {
        using var directory = ProbeDirectory.Create(_tree.Path);
        Assert.Equal(0, directory.Remove());
        Assert.Equal(0, directory.Remove());
    }

    [Fact]
    public void Where_nothing_can_be_made_the_reason_is_said() =>
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => ProbeDirectory.Create(_tree["none"])).Errno);

    [Fact]
    public void A_link_with_the_name_of_a_leftover_is_not_followed()
    {
        _tree.Write("victim/file");
        _tree.Symlink(".ferry-doctor-1-1", _tree["victim"]);
        ProbeDirectory.RemoveLeftovers(_tree.Path, DateTimeOffset.MaxValue);
        Assert.True(_tree.Exists("victim/file"));
    }

    [Theory]
    [InlineData(1_600_000_001, 123_456_789, 1)]
    [InlineData(1_600_000_001, 123_456_700, 100)]
    [InlineData(1_600_000_001, 123_456_000, 1_000)]
    [InlineData(1_600_000_001, 0, 1_000_000_000)]
    [InlineData(1_600_000_000, 0, 2_000_000_000)]
    [InlineData(1_600_000_001, 5, 0)]
    [InlineData(1_700_000_000, 0, 0)]
    public void The_grain_is_told_from_what_came_back(long seconds, uint nanoseconds, long grain) =>
        Assert.Equal(grain, TimeTrial.GrainOf(new Timestamp(seconds, nanoseconds)));

    [Fact]
    public void A_lock_is_given_once()
    {
        using var directory = ProbeDirectory.Create(_tree.Path);
        var file = LockTrial.CreateFile(directory);
        using (var first = LockTrial.Take(file))
        {
            Assert.Equal(LockAnswer.Given, first.Answer);
            using var second = LockTrial.Take(file);
            Assert.Equal((LockAnswer.Taken, Errno.EAGAIN), (second.Answer, second.Error));
        }
        using var third = LockTrial.Take(file);
        Assert.Equal(LockAnswer.Given, third.Answer);
    }
}
