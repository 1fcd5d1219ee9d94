using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>Sources that cannot be read whole.</summary>
public sealed class SourceTests
{
    [RequiresFact("ferry", "root")]
    public void Devices_sockets_and_pipes_are_named_and_skipped()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Tree.Fifo("source/pipe");
        Tool.Bash("cd \"$1\" && mknod null c 1 3", cache.Source).OrThrow();
        using (var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(cache.Source + "/socket"));
            var result = cache.Sync().OrThrow();
            Assert.Equal(cache.Export, result.Text.TrimEnd('\n'));
            foreach (var name in new[] { "pipe", "null", "socket" })
                Assert.Contains($"/{name}: skipped: not a file, directory or link", result.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(cache.Target).Select(Path.GetFileName));
    }

    [RequiresTheory("ferry", "root", "setpriv")]
    [InlineData("dir/file", "000", "dir/file")]
    [InlineData("dir", "000", "dir")]
    [InlineData("dir", "400", "dir/file")]
    public void What_cannot_be_read_is_a_failure_and_nothing_is_deleted_on_its_account(string path, string mode, string named)
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.Write("source/dir/sub/file", "x");
        cache.Tree.Write("source/gone", "x");
        cache.Tree.Write("source/other", "old");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Source]).OrThrow();
        cache.SyncAndCompare();

        cache.Tree.Write("source/dir/file", "changed");
        cache.Tree.Write("source/other", "changed");
        File.Delete(cache.Source + "/gone");
        cache.Tree.Chmod($"source/{path}", mode);
        var result = cache.SyncFails("--force", "--delete");
        Assert.Contains($"failed: {cache.Source}/{named}: Permission denied", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("changed", File.ReadAllText(cache.Target + "/other"));
        foreach (var kept in new[] { "dir/file", "dir/sub/file" }) Assert.Equal("x", File.ReadAllText($"{cache.Target}/{kept}"));

        cache.Tree.Chmod($"source/{path}", "755");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "root", "setpriv")]
    public void What_an_unfinished_run_staged_is_not_deleted_because_it_cannot_be_read_now()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/dir/sub/file", "x");
        cache.Tree.Write("source/secret", "x");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Source]).OrThrow();
        cache.Tree.Chmod("source/secret", "000");
        cache.SyncFails();
        Assert.True(File.Exists(cache.Target + "/dir/sub/file"));

        cache.Tree.Chmod("source/dir", "000");
        cache.SyncFails("--force", "--delete");
        Assert.Equal("x", File.ReadAllText(cache.Target + "/dir/sub/file"));
        cache.Tree.Chmod("source/dir", "755");
        cache.Tree.Chmod("source/secret", "644");
        cache.MirrorAndCompare();
    }

    [RequiresTheory("ferry")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_source_that_is_gone_takes_nothing_with_it(bool delete)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Sync().OrThrow();
        Directory.Move(cache.Source, cache.Source + ".away");
        var result = cache.Sync(delete ? ["--delete"] : []);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Text);
        Assert.Contains($"the source {cache.Source} does not exist", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(cache.Target + "/file"));
    }

    [RequiresFact("ferry", "root", "rsync", "setpriv")]
    public void Directories_without_write_permission_go_when_they_are_gone_from_the_source()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/mod/pkg/deep/file", "x");
        cache.Tree.Write("source/mod/keep/file", "x");
        cache.Tree.Write("source/mod/swap/file", "x");
        Tool.Bash("chown -R \"$2:$2\" \"$1\" && chmod -R a-w \"$1/mod\"", cache.Source, $"{NormalUser.Id}").OrThrow();
        cache.SyncAndCompare();

        Tool.Bash("rm -r \"$1/mod/pkg\" \"$1/mod/swap\" && echo y > \"$1/mod/swap\" && chown \"$2\" \"$1/mod/swap\"",
            cache.Source, $"{NormalUser.Id}:{NormalUser.Id}").OrThrow();
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void Empty_files_and_directories_arrive_and_an_empty_source_too()
    {
        using var cache = new StagedCache();
        cache.SyncAndCompare();
        cache.Tree.MakeDirectory("source/a/b/c");
        cache.Tree.Write("source/a/empty");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_source_behind_a_link_is_followed_to_its_end()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("real/file", "x");
        Directory.Delete(cache.Source);
        cache.Tree.Symlink("source", "real");
        cache.SyncAndCompare();
    }
}
