using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

/// <summary>What is a directory's own, beside the contract.</summary>
public sealed class LocalDirectoryStoreTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly LocalDirectoryStore _store;

    public LocalDirectoryStoreTests() => _store = new LocalDirectoryStore(_tree.MakeDirectory("store"), cores: 2, TimeProvider.System);

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/absolute")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a/./b")]
    [InlineData("nul\0byte")]
    [InlineData(".ferry-tmp-1-2-3")]
    [InlineData("a/.ferry-tmp-1-2-3")]
    public async Task What_is_no_path_beneath_the_directory_is_no_key(string key)
    {
        _tree.Write("outside", "not ours");
        var failure = await Assert.ThrowsAsync<StoreException>(() => WriteAsync(key));
        Assert.Equal(StoreError.Invalid, failure.Error);
        Assert.DoesNotContain('\0', failure.Message);
        Assert.Null(await _store.FindAsync(key, default));
        Assert.Equal(StoreError.NotFound, (await Assert.ThrowsAsync<StoreException>(() => _store.ReadAsync(key, null, default))).Error);
        Assert.Empty(await _store.RemoveAsync([key], default));
        Assert.Equal(["outside"], _tree.Files());
    }

    [Theory]
    [InlineData("../")]
    [InlineData("../out")]
    [InlineData("a/../..")]
    [InlineData("/")]
    [InlineData("a//")]
    public async Task Nothing_is_listed_outside_of_the_directory(string prefix)
    {
        _tree.Write("outside", "not ours");
        _tree.Write("store/a/key");
        Assert.Empty(await ListAsync(prefix));
    }

    [Fact]
    public async Task What_is_no_text_is_no_key()
    {
        const string key = "\ud800 is half a character";
        Assert.Equal(StoreError.Invalid, (await Assert.ThrowsAsync<StoreException>(() => WriteAsync(key))).Error);
        Assert.Null(await _store.FindAsync(key, default));
        Assert.Empty(await ListAsync(key));
        Assert.Empty(_tree.Files());
    }

    [Fact]
    public async Task A_segment_may_have_255_bytes_and_no_more()
    {
        await WriteAsync(new string('x', 255));
        var failure = await Assert.ThrowsAsync<StoreException>(() => WriteAsync(new string('x', 256)));
        Assert.Equal(StoreError.Invalid, failure.Error);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Links_are_not_followed_and_are_no_objects()
    {
        _tree.Write("secret/key", "not ours");
        _tree.Symlink("store/link", "../secret");
        _tree.Symlink("store/file", "../secret/key");
        Assert.Empty(await ListAsync());
        foreach (var key in new[] { "link/key", "file" })
        {
            Assert.Null(await _store.FindAsync(key, default));
            Assert.Equal(StoreError.NotFound, (await Assert.ThrowsAsync<StoreException>(() => _store.ReadAsync(key, null, default))).Error);
            Assert.Empty(await _store.RemoveAsync([key], default));
        }

        Assert.Equal(StoreError.Invalid, (await Assert.ThrowsAsync<StoreException>(() => WriteAsync("link/new"))).Error);
        await WriteAsync("file", "ours");
        Assert.Equal("not ours", _tree.ReadText("secret/key"));
        Assert.Equal("ours", _tree.ReadText("store/file"));
        Assert.Equal(["secret/key", "store/file", "store/link/key"], _tree.Files());
    }

    [Fact]
    public async Task What_others_put_there_is_listed_if_it_can_be_a_key()
    {
        _tree.Write("store/dir/file");
        _tree.Write([.. "store/not UTF-8: "u8, 0xFF], []);
        _tree.MakeDirectory("store/empty/too");
        _tree.Fifo("store/pipe");
        Assert.Equal(["dir/file"], await ListAsync());
        Assert.Null(await _store.FindAsync("dir", default));
        Assert.Null(await _store.FindAsync("pipe", default));
        Assert.Equal(StoreError.NotFound, (await Assert.ThrowsAsync<StoreException>(() => _store.ReadAsync("pipe", null, default))).Error);
    }

    [Fact]
    public async Task A_key_that_is_a_directory_or_below_a_file_is_refused_with_what_is_in_the_way()
    {
        await WriteAsync("a/b");
        var directory = await Assert.ThrowsAsync<StoreException>(() => WriteAsync("a"));
        Assert.Equal((StoreError.Invalid, $"{_store.Facts.Name}: a: there is a directory; choose another key (rename: EISDIR)"), (directory.Error, directory.Message));
        Assert.Equal(StoreError.Invalid, (await Assert.ThrowsAsync<StoreException>(() => WriteAsync("a/b/c"))).Error);
        Assert.Equal(["a/b"], await ListAsync());
    }

    [Fact]
    public async Task What_network_file_systems_keep_for_readers_of_removed_files_is_not_listed()
    {
        _tree.Write("store/a/.nfs000000000012abcd00000001");
        _tree.Write("store/a/.fuse_hidden0000000700000001");
        _tree.Write("store/a/.nfs-notes");
        Assert.Equal(["a/.nfs-notes"], await ListAsync());
    }

    [Fact]
    public async Task Directories_that_become_empty_go_and_the_store_stays()
    {
        await WriteAsync("a/b/c/one");
        await WriteAsync("a/two");
        Assert.Empty(await _store.RemoveAsync(["a/b/c/one"], default));
        Assert.False(_tree.Exists("store/a/b"));
        Assert.True(_tree.Exists("store/a/two"));
        Assert.Empty(await _store.RemoveAsync(["a/two"], default));
        Assert.False(_tree.Exists("store/a"));
        Assert.True(_tree.Exists("store"));
    }

    [Fact]
    public async Task Writers_and_removers_in_the_same_directories_do_not_get_in_each_others_way()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            for (var round = 0; round < 50; round++)
            {
                await WriteAsync($"a/b/c/{i}", $"{round}");
                Assert.Empty(await _store.RemoveAsync([$"a/b/c/{i}"], default));
            }
        });
        Assert.False(_tree.Exists("store/a"));
    }

    [Fact]
    public async Task Of_writers_that_have_sent_all_at_the_same_instant_one_wins_every_time()
    {
        const int writers = 4;
        await WriteAsync("key", "first");
        for (var round = 0; round < 100; round++)
        {
            var version = (await _store.FindAsync("key", default))!.Version;
            using var sent = new Barrier(writers);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Factory.StartNew(
                () =>
                {
                    var content = new WatchedContent(Encoding.UTF8.GetBytes($"{round} {i}")) { At = 1, Then = () => sent.SignalAndWait(TimeSpan.FromMinutes(1)) };
                    return _store.WriteAsync("key", content, new WriteOptions { IfVersion = version }, default);
                },
                TaskCreationOptions.LongRunning).Unwrap()));
            var winner = Assert.Single(Enumerable.Range(0, writers), i => outcomes[i] == WriteOutcome.Written);
            Assert.Equal($"{round} {winner}", _tree.ReadText("store/key"));
        }
    }

    [Fact]
    public async Task Somebody_who_keeps_a_directory_locked_holds_up_conditions_only()
    {
        await WriteAsync("a/key", "old");
        await WriteAsync("a/other");
        var version = (await _store.FindAsync("a/key", default))!.Version;
        var lockedDirectory = Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(_tree["store/a"]), Kernel.ReadDirectory);
        Assert.Equal(0, Kernel.TryLockExclusive(lockedDirectory));
        await using var store = new LocalDirectoryStore(_tree["store"], cores: 2, TimeProvider.System) { TurnLimit = TimeSpan.FromMilliseconds(50) };
        var content = ObjectContent.Of("new"u8.ToArray());
        var over = new WriteOptions { IfVersion = version };
        Assert.Equal(StoreError.Transient, (await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync("a/key", content, over, default))).Error);
        Assert.Equal("old", _tree.ReadText("store/a/key"));
        Assert.Equal(WriteOutcome.Written, await store.WriteAsync("a/key", content, WriteOptions.Always, default));
        Assert.Equal(WriteOutcome.Refused, await store.WriteAsync("a/key", content, WriteOptions.IfAbsent, default));
        Assert.Empty(await store.RemoveAsync(["a/other"], default));
        Kernel.Close(lockedDirectory);
        Assert.Equal(["store/a/key"], _tree.Files());
    }

    [Fact]
    public async Task What_killed_writers_left_is_not_listed_and_goes_when_it_is_a_day_old()
    {
        var clock = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        _tree.Write("store/a/.ferry-tmp-1-2-3");
        _tree.SetTime("store/a/.ferry-tmp-1-2-3", clock - 86_000);
        _tree.Write("store/a/.ferry-tmp-4-5-6");
        _tree.SetTime("store/a/.ferry-tmp-4-5-6", clock - 87_000);
        await WriteAsync("a/key");
        Assert.Equal(["a/key"], await ListAsync());
        Assert.Equal(["store/a/.ferry-tmp-1-2-3", "store/a/key"], _tree.Files());
    }

    [Fact]
    public async Task In_a_teams_directory_what_is_made_is_the_teams()
    {
        _tree.Chmod("store", "2770");
        await WriteAsync("a/b/key");
        var (directory, file) = (Octal(0x400 | 0x38 | (0x1FF & ~Umask)), Octal(0x30 | (0x1B6 & ~Umask)));
        Assert.Equal($"{directory} {directory} {file}", Modes("store/a", "store/a/b", "store/a/b/key"));
    }

    [Fact]
    public async Task Elsewhere_the_umask_says_who_may_read()
    {
        await WriteAsync("a/key");
        Assert.Equal($"{Octal(0x1FF & ~Umask)} {Octal(0x1B6 & ~Umask)}", Modes("store/a", "store/a/key"));
    }

    [Fact]
    public async Task A_digest_that_the_content_does_not_have_is_found_before_anything_is_replaced()
    {
        await WriteAsync("key", "old");
        var content = new WatchedContent("new"u8.ToArray()) { Digest = new byte[32] };
        var failure = await Assert.ThrowsAsync<StoreException>(() => _store.WriteAsync("key", content, WriteOptions.Always, default));
        Assert.Equal(StoreError.Integrity, failure.Error);
        Assert.Equal("old", _tree.ReadText("store/key"));
        Assert.Equal(["store/key"], _tree.Files());
    }

    [Fact]
    public async Task A_refused_write_leaves_no_directory()
    {
        Assert.Equal(
            WriteOutcome.Refused, await _store.WriteAsync("a/b/key", ObjectContent.Of(new byte[1]), new WriteOptions { IfVersion = "none" }, default));
        Assert.False(_tree.Exists("store/a"));
    }

    // Not what a child process has: another test may have cleared this one's.
    private static int Umask { get; } = (int)Kernel.UserUmask;

    private static string Octal(int mode) => Convert.ToString(mode, 8);

    private Task<WriteOutcome> WriteAsync(string key, string contents = "") =>
        _store.WriteAsync(key, ObjectContent.Of(Encoding.UTF8.GetBytes(contents)), WriteOptions.Always, default);

    private async Task<List<string>> ListAsync(string prefix = "")
    {
        var keys = new List<string>();
        await foreach (var found in _store.ListAsync(prefix, default))
            keys.Add(found.Key);
        return keys;
    }

    private string Modes(params string[] paths) =>
        string.Join(' ', paths.Select(path => Tool.Run("stat", ["-c", "%a", _tree[path]]).Text.Trim()));
}
