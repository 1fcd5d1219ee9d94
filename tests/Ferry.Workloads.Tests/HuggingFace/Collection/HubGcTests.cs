using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Collection;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Collection;

/// <summary>What a collection removes, and above all what it does not.</summary>
public sealed class HubGcTests : IDisposable
{
    private static readonly RepoId s_repo = Repo("org/name");
    private static readonly string s_garbage = $"blobs/{Lfs("lfs garbage")}";
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly HubScene _scene = new();
    private TimeSpan _later;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task What_no_manifest_names_is_marked_and_goes_when_its_time_is_over()
    {
        await FillAsync();
        Assert.Equal(Lfs("lfs garbage"), Assert.Single((await CollectAsync()).Waiting).Blob);
        _later = 6 * s_day;
        Assert.Empty((await CollectAsync()).Removed);
        _later = 8 * s_day;
        var report = await CollectAsync();
        Assert.Equal((Lfs("lfs garbage"), 11L), (Assert.Single(report.Removed).Blob, report.Removed[0].Bytes));
        Assert.Equal((true, 1, 2, 0), (report.IsGood, report.Manifests, report.ReferencedBlobs, report.Waiting.Count));
        Assert.False(_scene.BucketTree.Exists(s_garbage));
        Assert.False(_scene.BucketTree.Exists("ferry/gc.json"));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await FillAsync();
        var before = _scene.BucketTree.Files();
        Assert.Single((await CollectAsync(dryRun: true)).Waiting);
        Assert.Equal(before, _scene.BucketTree.Files());
        await CollectAsync();
        _later = 8 * s_day;
        Assert.Single((await CollectAsync(dryRun: true)).Removed);
        Assert.True(_scene.BucketTree.Exists(s_garbage));
    }

    [Theory]
    [InlineData("manifests/org__name@cccccccccccccccccccccccccccccccccccccccc.json", "no JSON")]
    [InlineData("manifests/of a later format", "{}")]
    [InlineData("manifests/org__name@cccccccccccccccccccccccccccccccccccccccc.json", """{"repo":"org/name","revision":"cccccccccccccccccccccccccccccccccccccccc","files":[{"path":"/f","blob":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":1}]}""")]
    public async Task Nothing_goes_while_a_manifest_cannot_be_understood(string key, string text)
    {
        await FillAsync();
        await CollectAsync();
        await _scene.WriteAsync(key, text);
        _later = 8 * s_day;
        var report = await CollectAsync();
        Assert.Contains(key, Assert.Single(report.Obstacles), StringComparison.Ordinal);
        Assert.Empty(report.Removed);
        Assert.True(_scene.BucketTree.Exists(s_garbage));
    }

    [Fact]
    public async Task Nothing_goes_while_a_manifest_cannot_be_read()
    {
        await FillAsync();
        await CollectAsync();
        _later = 8 * s_day;
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Read, PlannedFault.None(), PlannedFault.Fail(StoreError.Transient));
        _scene.Store = store;
        await Assert.ThrowsAsync<StoreException>(() => CollectAsync());
        Assert.True(_scene.BucketTree.Exists(s_garbage));
    }

    [Fact]
    public async Task What_is_pushed_again_while_it_is_marked_stays()
    {
        await FillAsync();
        await CollectAsync();
        AddGarbage();
        Assert.Equal(1, (await _scene.PushAsync()).UploadedBlobs);
        _later = 8 * s_day;
        Assert.Empty((await CollectAsync()).Removed);
        await _scene.AssertSoundAsync();
        Assert.Equal(Commit('b'), await _scene.RefAsync(s_repo, "late"));
    }

    [Fact]
    public async Task What_is_pushed_between_the_look_and_the_removal_stays()
    {
        await FillAsync();
        await CollectAsync();
        AddGarbage();
        _later = 8 * s_day;
        var directory = _scene.Store;
        var store = new FaultyStore(directory);
        store.Plan(StoreCall.List, PlannedFault.None(), PlannedFault.Meanwhile(async _ =>
        {
            _scene.Store = directory;
            Assert.True((await _scene.PushAsync()).IsGood);
        }));
        _scene.Store = store;
        Assert.Empty((await CollectAsync()).Removed);
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_push_that_a_removal_overtakes_sends_again_what_is_gone()
    {
        await FillAsync();
        await CollectAsync();
        AddGarbage();
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Find, PlannedFault.Meanwhile(inner => inner.RemoveAsync([s_garbage], CancellationToken.None)));
        _scene.Store = store;
        Assert.True((await _scene.PushAsync()).IsGood);
        Assert.True(_scene.BucketTree.Exists(s_garbage));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task Two_at_once_do_not_mix_their_marks()
    {
        await FillAsync();
        await CollectAsync();
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Write, PlannedFault.Meanwhile(inner => inner.WriteAsync("ferry/gc.json", ObjectContent.Of("{}"u8.ToArray()), WriteOptions.Always, CancellationToken.None)));
        _scene.Store = store;
        _later = 8 * s_day;
        var report = await CollectAsync();
        Assert.Contains("gc.json", Assert.Single(report.Obstacles), StringComparison.Ordinal);
        Assert.True(_scene.BucketTree.Exists(s_garbage));
    }

    [Fact]
    public async Task Marks_that_cannot_be_understood_begin_anew()
    {
        await FillAsync();
        await _scene.WriteAsync("ferry/gc.json", """{"unreferenced":{"../..":{}}}""");
        _later = 8 * s_day;
        Assert.Empty((await CollectAsync()).Removed);
        _later = 16 * s_day;
        Assert.Single((await CollectAsync()).Removed);
    }

    [Fact]
    public async Task A_time_of_grace_that_a_push_outlasts_is_refused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => HubGc.RunAsync(_scene.Bucket, new HubGcOptions { Grace = TimeSpan.FromMinutes(59) }, TimeProvider.System, CancellationToken.None));

    [Fact]
    public async Task Claims_of_yesterday_go()
    {
        await FillAsync();
        await _scene.WriteAsync($"ferry/claims/{Lfs("x")}", "somebody");
        Assert.Equal(0, (await CollectAsync()).RemovedClaims);
        _later = 2 * s_day;
        Assert.Equal(1, (await CollectAsync()).RemovedClaims);
        Assert.False(_scene.BucketTree.Exists($"ferry/claims/{Lfs("x")}"));
    }

    [Fact]
    public void Marks_are_read_as_they_were_written()
    {
        var time = new DateTimeOffset(2026, 11, 21, 8, 0, 0, 123, TimeSpan.Zero).AddTicks(4567);
        var marks = new Dictionary<BlobName, GcMark> { [Lfs("a")] = new(time, "\"v\"", time), [Git("b")] = new(time, "", null) };
        Assert.Equal(marks, GcMarks.TryRead(GcMarks.Write(marks).Span));
        Assert.Null(GcMarks.TryRead("[]"u8));
    }

    private async Task FillAsync()
    {
        _scene.Add(s_repo, Commit('a'), ("one", "1"), ("two", "lfs 2"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.PushAsync();
        await _scene.WriteAsync(s_garbage, "lfs garbage");
    }

    private void AddGarbage()
    {
        _scene.Add(s_repo, Commit('b'), ("f", "lfs garbage"));
        _scene.SetRef(s_repo, "late", Commit('b'));
    }

    private Task<HubGcReport> CollectAsync(bool dryRun = false) =>
        HubGc.RunAsync(_scene.Bucket, new HubGcOptions { DryRun = dryRun }, new LaterClock(_later), CancellationToken.None);

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TimeProvider.System.GetUtcNow() + later;
    }
}
