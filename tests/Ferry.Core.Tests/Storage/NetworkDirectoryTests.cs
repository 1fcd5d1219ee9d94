using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

/// <summary>A directory on a file system that cannot exchange names, like NFS, and whose calls fail.</summary>
public sealed class NetworkDirectoryTests : IDisposable
{
    private readonly TempTree _tree = new();
    private SlowFs? _mount;

    public void Dispose()
    {
        _mount?.Dispose();
        _tree.Dispose();
    }

    [RequiresFact("fuse")]
    public async Task Of_writers_that_want_it_absent_at_the_same_instant_one_wins()
    {
        const int writers = 4;
        await using var store = Mount();
        Assert.False(store.Facts.HasConditionalWrites);
        for (var round = 0; round < 20; round++)
        {
            using var sent = new Barrier(writers);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Factory.StartNew(
                () =>
                {
                    var content = new WatchedContent(Encoding.UTF8.GetBytes($"{i}")) { At = 1, Then = () => sent.SignalAndWait(TimeSpan.FromMinutes(1)) };
                    return store.WriteAsync($"a/{round}", content, WriteOptions.IfAbsent, default);
                },
                TaskCreationOptions.LongRunning).Unwrap()));
            var winner = Assert.Single(Enumerable.Range(0, writers), i => outcomes[i] == WriteOutcome.Written);
            Assert.Equal($"{winner}", _tree.ReadText($"store/a/{round}"));
        }

        // What somebody still had open when it was removed is there a little longer, as with NFS.
        Assert.Equal(20, _tree.Files("store").Count(static file => !file.Contains("/.fuse_hidden", StringComparison.Ordinal)));
    }

    [RequiresFact("fuse")]
    public async Task Conditions_hold_for_writers_one_after_the_other()
    {
        await using var store = Mount();
        Assert.Equal(WriteOutcome.Written, await WriteAsync(store, "first", WriteOptions.IfAbsent));
        Assert.Equal(WriteOutcome.Refused, await WriteAsync(store, "other", WriteOptions.IfAbsent));
        var version = (await store.FindAsync("a/key", default))!.Version;
        Assert.Equal(WriteOutcome.Written, await WriteAsync(store, "second", new WriteOptions { IfVersion = version }));
        Assert.Equal(WriteOutcome.Refused, await WriteAsync(store, "third", new WriteOptions { IfVersion = version }));
        Assert.Equal("second", _tree.ReadText("store/a/key"));
    }

    [RequiresFact("fuse")]
    public async Task A_reader_of_what_is_replaced_and_removed_reads_on()
    {
        await using var store = Mount();
        await WriteAsync(store, "old contents", WriteOptions.Always);
        await using (var reading = await store.ReadAsync("a/key", null, default))
        {
            await WriteAsync(store, "new", WriteOptions.Always);
            Assert.Empty(await store.RemoveAsync(["a/key"], default));
            await foreach (var found in store.ListAsync("", default))
                Assert.Fail($"{found.Key} is listed");
            var bytes = new byte[12];
            await reading.Body.ReadExactlyAsync(bytes);
            Assert.Equal("old contents", Encoding.UTF8.GetString(bytes));
        }
    }

    [RequiresFact("fuse")]
    public async Task A_write_that_fails_leaves_what_was_there_and_says_why()
    {
        (string Rule, StoreError Error, string Words)[] failures =
        [
            ("write:ENOSPC", StoreError.Full, "No space left on device (write: ENOSPC)"),
            ("write:EDQUOT", StoreError.Full, "Disk quota exceeded (write: EDQUOT)"),
            ("fsync:EIO", StoreError.Transient, "Input/output error (fsync: EIO)"),
            ("flush:EIO", StoreError.Transient, "Input/output error (close: EIO)"),
            ("rename:ESTALE", StoreError.Transient, "Stale file handle (rename: ESTALE)"),
            ("create:EACCES", StoreError.Denied, "Permission denied (open: EACCES)"),
            ("create:EROFS", StoreError.Denied, "mounted for reading only (open: EROFS)"),
        ];
        await using var store = Mount();
        await WriteAsync(store, "old", WriteOptions.Always);
        foreach (var (rule, error, words) in failures)
        {
            long progress = 0;
            _mount!.Set("fail", rule);
            var failure = await Assert.ThrowsAsync<StoreException>(
                () => WriteAsync(store, "new", new WriteOptions { Progress = bytes => progress += bytes }));
            _mount.Set("fail", "");
            Assert.Equal((error, $"{_mount.Path}: a/key: {words}"), (failure.Error, failure.Message));
            Assert.Equal(0, progress);
            Assert.Equal("old", _tree.ReadText("store/a/key"));
            Assert.Equal(["store/a/key"], _tree.Files());
        }
    }

    [RequiresFact("fuse")]
    public async Task What_cannot_be_read_or_listed_fails_and_is_not_left_out()
    {
        await using var store = Mount();
        await WriteAsync(store, "contents", WriteOptions.Always);
        _mount!.Set("fail", "read:EIO");
        await using (var reading = await store.ReadAsync("a/key", null, default))
            Assert.Equal(StoreError.Transient, (await Assert.ThrowsAsync<StoreException>(() => reading.Body.CopyToAsync(Stream.Null))).Error);
        _mount.Set("fail", "");
        _mount.Set("fail", "opendir:EACCES:path=/a");
        var failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var found in store.ListAsync("", default))
                Assert.Fail($"{found.Key} is listed");
        });
        Assert.Equal((StoreError.Denied, $"{_mount.Path}: a: Permission denied (open: EACCES)"), (failure.Error, failure.Message));
        Assert.Equal(StoreError.Denied, (await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("a/key", default))).Error);
        Assert.Equal(StoreError.Denied, Assert.Single(await store.RemoveAsync(["a/key"], default)).Error.Error);
    }

    private LocalDirectoryStore Mount()
    {
        _mount = new SlowFs(_tree.MakeDirectory("store"), more: ["--plain-rename", "1"]);
        return new LocalDirectoryStore(_mount.Path, cores: 2, TimeProvider.System);
    }

    private static Task<WriteOutcome> WriteAsync(LocalDirectoryStore store, string contents, WriteOptions options) =>
        store.WriteAsync("a/key", ObjectContent.Of(Encoding.UTF8.GetBytes(contents)), options, default);
}
