using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

public class MirrorEndTests
{
    [Theory]
    [InlineData("/data", null, null, "/data", "/data/")]
    [InlineData("data", null, null, "data", "./data/")]
    [InlineData("./a:b", null, null, "./a:b", "././a:b/")]
    [InlineData("/a:b/c", null, null, "/a:b/c", "/a:b/c/")]
    [InlineData("-x", null, null, "-x", "./-x/")]
    [InlineData("box:/data/", null, "box", "/data/", "box:/data/")]
    [InlineData("me@box.example:runs", "me", "box.example", "./runs", "me@box.example:./runs/")]
    [InlineData("box:-x", null, "box", "./-x", "box:./-x/")]
    [InlineData("box:~", null, "box", "./.", "box:././")]
    [InlineData("box:~/a", null, "box", "./a", "box:./a/")]
    [InlineData("box:.", null, "box", "./.", "box:././")]
    [InlineData("[::1]:/d", null, "::1", "/d", "[::1]:/d/")]
    [InlineData("me@[fe80::1%eth0]:/d", "me", "fe80::1%eth0", "/d", "me@[fe80::1%eth0]:/d/")]
    [InlineData("DOM\\me@box:/a:b", "DOM\\me", "box", "/a:b", "DOM\\me@box:/a:b/")]
    public void Ends_are_read_as_rsync_reads_them(string text, string? user, string? host, string path, string rsync)
    {
        var end = MirrorEnd.Parse(text);
        Assert.Equal((user, host, path), (end.User, end.Host, end.Path));
        Assert.Equal(rsync, end.ToRsync());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(":/x", "the host is empty")]
    [InlineData("me@:/x", "the host is empty")]
    [InlineData("@box:/x", "the user is empty")]
    [InlineData("box:", "the path is empty")]
    [InlineData("-oProxyCommand=x:/y", "begins with '-'")]
    [InlineData("-l@box:/y", "the user begins with '-'")]
    [InlineData("a b:/y", "no host name has")]
    [InlineData("$(id):/y", "no host name has")]
    [InlineData("bo\nx:/y", "no host name has")]
    [InlineData("box:/a\nb", "control characters")]
    [InlineData("/a\0b", "NUL")]
    [InlineData("box:~other/x", "another user's home")]
    [InlineData("box::module/x", "rsync daemon")]
    [InlineData("rsync://box/x", "rsync daemon")]
    [InlineData("[::1:/x", "the address has no end")]
    public void What_cannot_be_meant_is_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.Throws<MirrorEndException>(() => MirrorEnd.Parse(text));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_end_at_most_is_remote()
    {
        var (here, there) = (MirrorEnd.Parse("/a"), MirrorEnd.Parse("box:/a"));
        Assert.Null(MirrorEnd.RemoteOf(here, here));
        Assert.Same(there, MirrorEnd.RemoteOf(here, there));
        Assert.Same(there, MirrorEnd.RemoteOf(there, here));
        Assert.Throws<MirrorEndException>(() => MirrorEnd.RemoteOf(there, there));
    }

    [Theory]
    [InlineData("ssh -p 22", "ssh|-p|22")]
    [InlineData("  ssh  -o 'Proxy Command' ", "ssh|-o|Proxy Command")]
    [InlineData("a \"b \"\"c\" d''e", "a|b \"c|de")]
    public void The_setting_of_rsync_is_read_as_rsync_reads_it(string setting, string words)
    {
        var shell = RemoteShell.Parse(setting, isInteractive: false);
        Assert.Equal(words, string.Join('|', [shell.Program, .. shell.ArgumentsFor(MirrorEnd.Parse("h:/x"), "true")[..^2]]));
        Assert.Equal(setting, shell.Text);
    }

    [Fact]
    public void Without_a_terminal_ssh_asks_nothing()
    {
        Assert.Contains("-oBatchMode=yes", RemoteShell.Parse(null, isInteractive: false).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("BatchMode", RemoteShell.Parse(" ", isInteractive: true).Text, StringComparison.Ordinal);
        Assert.Equal(["-l", "me", "box", "true"], RemoteShell.Parse(null, true).ArgumentsFor(MirrorEnd.Parse("me@box:/x"), "true")[^4..]);
        Assert.Throws<FormatException>(() => RemoteShell.Parse("ssh 'x", true));
    }
}
