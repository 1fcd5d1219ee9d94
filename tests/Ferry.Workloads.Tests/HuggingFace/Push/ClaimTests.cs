using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>Large contents are sent once, whoever else pushes them.</summary>
public sealed class ClaimTests : IDisposable
{
    private static readonly RepoId s_repo = Repo("org/name");
    private static readonly string s_claim = $"ferry/claims/{Lfs("lfs large")}";

    private readonly HubScene _scene = new();

    public ClaimTests()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "lfs large"), ("g", "small"));
        _scene.SetRef(s_repo, "main", Commit('a'));
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Of_many_pushers_one_sends_a_large_content()
    {
        var scenes = Enumerable.Range(0, 32).Select(_ => new HubScene(_scene.BucketTree)).ToArray();
        var stores = scenes.Select(scene => new FaultyStore(scene.Store)).ToArray();
        foreach (var (scene, store) in scenes.Zip(stores))
        {
            scene.Store = store;
            scene.Add(s_repo, Commit('a'), ("f", "lfs large"), ("g", "lfs larger"));
            scene.SetRef(s_repo, "main", Commit('a'));
        }

        var reports = await Task.WhenAll(scenes.Select(scene => Task.Run(() => scene.PushAsync(options => options with { ClaimBytes = 1 }))));
        Assert.All(reports, report => Assert.Empty(report.Failures));
        Assert.Equal(2, stores.Sum(store => store.Calls.Count(call => call.Call == StoreCall.Write && call.Subject.StartsWith("blobs/", StringComparison.Ordinal))));
        Assert.DoesNotContain(_scene.BucketTree.Files(), path => path.StartsWith("ferry/", StringComparison.Ordinal));
        Assert.Equal(Commit('a'), await _scene.RefAsync(s_repo));
        foreach (var scene in scenes) scene.Dispose();
    }

    [Fact]
    public async Task A_claim_that_nobody_is_behind_is_taken_over()
    {
        await _scene.WriteAsync(s_claim, "somebody who was killed");
        var report = await _scene.PushAsync(options => options with { ClaimBytes = 6 }, time: new HastyClock());
        Assert.Equal((true, 2, 1), (report.IsGood, report.UploadedBlobs, report.Refs));
        Assert.False(_scene.BucketTree.Exists(s_claim));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_claim_of_a_process_of_this_machine_that_has_ended_is_taken_over_at_once()
    {
        var place = ClaimOwner.Self[..(ClaimOwner.Self.LastIndexOf('/') + 1)];
        // Beyond what any kernel gives out.
        await _scene.WriteAsync(s_claim, $"{new string('0', 32)} 3 {place}4194305");
        var store = new FaultyStore(_scene.Store);
        _scene.Store = store;
        Assert.True((await _scene.PushAsync(options => options with { ClaimBytes = 6 })).IsGood);
        Assert.DoesNotContain((StoreCall.List, "ferry/claims/"), store.Calls);
        Assert.False(_scene.BucketTree.Exists(s_claim));
    }

    [Fact]
    public async Task What_whoever_claimed_it_has_sent_is_not_sent_again()
    {
        var store = new FaultyStore(_scene.Store);
        await _scene.WriteAsync(s_claim, "somebody");
        store.Plan(StoreCall.List, PlannedFault.None(), PlannedFault.None(), PlannedFault.Meanwhile(async inner =>
        {
            await inner.WriteAsync($"blobs/{Lfs("lfs large")}", ObjectContent.Of("lfs large"u8.ToArray()), WriteOptions.Always, CancellationToken.None);
            await inner.RemoveAsync([s_claim], CancellationToken.None);
        }));
        _scene.Store = store;
        var report = await _scene.PushAsync(options => options with { ClaimBytes = 6 }, time: new HastyClock());
        Assert.Equal((true, 1, 1, 1), (report.IsGood, report.UploadedBlobs, report.PresentBlobs, report.Refs));
        Assert.DoesNotContain((StoreCall.Write, $"blobs/{Lfs("lfs large")}"), store.Calls);
    }

    [Fact]
    public async Task A_claim_is_given_up_when_the_content_cannot_be_sent()
    {
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Write, PlannedFault.None(), PlannedFault.Fail(StoreError.Transient));
        _scene.Hub.Write($"{s_repo.Folder}/blobs/{Git("small")}", "small");
        _scene.Store = store;
        var report = await _scene.PushAsync(options => options with { ClaimBytes = 1, Workers = 1 });
        Assert.Single(report.Failures);
        Assert.DoesNotContain(_scene.BucketTree.Files(), path => path.StartsWith("ferry/", StringComparison.Ordinal));
    }
}
