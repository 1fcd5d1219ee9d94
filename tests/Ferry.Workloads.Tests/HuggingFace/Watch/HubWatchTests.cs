using System.Threading.Channels;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Watch;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Watch;

public sealed class HubWatchTests : IWatchObserver, IDisposable
{
    private const string Folder = "hub/models--org--name";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempTree _tree = new();
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public HubWatchTests() => _tree.MakeDirectory("hub");

    public void Dispose()
    {
        _stop.Cancel();
        Assert.ThrowsAnyAsync<Exception>(() => _running.WaitAsync(s_patience)).GetAwaiter().GetResult();
        _stop.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_into_the_cache_is_pushed_when_it_has_come_to_rest(bool polls)
    {
        Start(() => true, polls);
        Assert.Equal(polls ? "watching: as asked for" : "watching", await NextAsync());
        Assert.Equal("push", await NextAsync());
        Write('a', "one");
        Assert.Equal("push", await NextAsync());
        // Of a repository, a snapshot and a directory in it that were not there when the watch began.
        Write('b', "deep/er/two");
        Assert.Equal("push", await NextAsync());
    }

    [Fact]
    public async Task What_a_push_writes_beside_the_contents_is_no_reason_for_another()
    {
        Write('a', "one");
        Start(() => _tree.Write($"{Folder}/.ferry.json", "{}").Length > 0);
        Assert.Equal("watching", await NextAsync());
        Assert.Equal("push", await NextAsync());
        _tree.Write($"{Folder}/.ferry.json", "{ }");
        _tree.Write($"{Folder}/blobs/{Git("x")}.0123abcd.incomplete", "part");
        Write('b', "two");
        Assert.Equal("push", await NextAsync());
        Assert.False(_told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_push_that_fails_is_tried_again_after_longer_and_longer_pauses()
    {
        var pushes = 0;
        Start(() => ++pushes switch { 1 => throw new IOException("the store is away"), 2 or 3 => false, _ => true });
        Assert.Equal(["watching", "push", "failed: the store is away, 10 ms", "push", "failed: , 20 ms", "push", "failed: , 40 ms", "push"],
            [await NextAsync(), await NextAsync(), await NextAsync(), await NextAsync(), await NextAsync(), await NextAsync(), await NextAsync(), await NextAsync()]);
        Write('a', "one");
        Assert.Equal("push", await NextAsync());
    }

    [Fact]
    public async Task A_second_watch_of_a_cache_is_refused_and_one_after_a_killed_one_is_not()
    {
        _tree.Write("lock", "left by a watch that was killed");
        Start(() => true);
        Assert.Equal("watching", await NextAsync());
        var e = await Assert.ThrowsAsync<IOException>(() => NewWatch(() => true, false).RunAsync(CancellationToken.None));
        Assert.Contains("another 'ferry hf watch' watches it", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_does_not_exist_is_refused()
    {
        Directory.Delete(_tree["hub"]);
        await Assert.ThrowsAnyAsync<IOException>(() => NewWatch(() => true, false).RunAsync(CancellationToken.None));
        Start(() => throw new InvalidOperationException("nothing to push"));
    }

    void IWatchObserver.OnWatching(string? pollReason) => Tell(pollReason is null ? "watching" : $"watching: {pollReason}");

    void IWatchObserver.OnPush() => Tell("push");

    void IWatchObserver.OnPushFailed(string? reason, TimeSpan pause) => Tell($"failed: {reason}, {pause.TotalMilliseconds} ms");

    private void Tell(string what) => Assert.True(_told.Writer.TryWrite(what));

    private async Task<string> NextAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    private void Start(Func<bool> push, bool polls = false) => _running = NewWatch(push, polls).RunAsync(_stop.Token);

    private HubWatch NewWatch(Func<bool> push, bool polls)
    {
        var options = new WatchOptions
        {
            CacheDirectory = _tree["hub"], LockPath = _tree["lock"], AlwaysPoll = polls,
            Debounce = TimeSpan.FromMilliseconds(20), PollInterval = TimeSpan.FromMilliseconds(20), FirstPause = TimeSpan.FromMilliseconds(10),
        };
        return new HubWatch(options, _ => Task.FromResult(push()), this, TimeProvider.System);
    }

    private void Write(char commit, string path)
    {
        var name = Git(path);
        _tree.Write($"{Folder}/blobs/{name}", path);
        var up = string.Concat(Enumerable.Repeat("../", path.Count(character => character == '/')));
        _tree.Symlink($"{Folder}/snapshots/{Commit(commit)}/{path}", $"{up}../../blobs/{name}");
    }
}
