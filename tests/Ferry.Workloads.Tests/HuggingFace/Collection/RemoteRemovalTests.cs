using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Collection;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Collection;

/// <summary>Removing revisions from a bucket, and looking whether all that it promises is there.</summary>
public sealed class RemoteRemovalTests : IDisposable
{
    private static readonly RepoId s_repo = Repo("org/name");
    private static readonly RepoId s_dataset = Repo("org/name", RepoType.Dataset);

    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_repository_goes_with_its_refs_and_nothing_else()
    {
        await FillAsync();
        var plan = await PlanAsync("org/name");
        Assert.Equal((2, 2), (plan.Refs.Count, plan.Revisions.Count));
        Assert.Empty(await HubRemoteRemoval.RunAsync(_scene.Bucket, plan, CancellationToken.None));
        Assert.Null(await _scene.RefAsync(s_repo));
        Assert.Null(await _scene.ManifestAsync(s_repo, Commit('a')));
        Assert.Equal(Commit('c'), await _scene.RefAsync(s_dataset));
        Assert.Equal(3, _scene.BucketTree.Files("blobs").Length);
        await _scene.AssertSoundAsync();
    }

    [Theory]
    [InlineData("org/name@v1")]
    [InlineData("org/name@aaaaaaa")]
    public async Task One_revision_goes_and_the_others_stay(string pattern)
    {
        await FillAsync();
        var plan = await PlanAsync(pattern);
        Assert.Equal(("v1", Commit('a')), (Assert.Single(plan.Refs).Name.Name, Assert.Single(plan.Revisions).Commit));
        await HubRemoteRemoval.RunAsync(_scene.Bucket, plan, CancellationToken.None);
        Assert.Equal(Commit('b'), await _scene.RefAsync(s_repo));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_manifest_stays_where_its_ref_does()
    {
        await FillAsync();
        var plan = await PlanAsync("org/name");
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Remove, PlannedFault.FailKeys(StoreError.Denied, plan.Refs.Single(static each => each.Name.Name == "main").Key));
        _scene.Store = store;
        Assert.Single(await HubRemoteRemoval.RunAsync(_scene.Bucket, plan, CancellationToken.None));
        await _scene.AssertSoundAsync();
        Assert.Equal(Commit('b'), await _scene.RefAsync(s_repo));
    }

    [Fact]
    public async Task A_bucket_that_is_right_is_found_right()
    {
        await FillAsync();
        var report = await VerifyAsync();
        Assert.True(report.IsGood);
        Assert.Equal((3, 3, 3, 3, 0), (report.Refs, report.Manifests, report.Blobs, report.RightBlobs, report.UnreferencedBlobs));
        Assert.Equal(0, (await VerifyAsync(structureOnly: true)).RightBlobs);
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        await FillAsync();
        await _scene.WriteAsync($"blobs/{Git("1")}", "2");
        await _scene.WriteAsync($"blobs/{Lfs("lfs 2")}", "too short");
        await _scene.Store.RemoveAsync([$"blobs/{Git("data")}"], CancellationToken.None);
        await _scene.WriteAsync("refs/org__name/lost", Commit('d').Hex);
        await _scene.WriteAsync("refs/org__name/none", "no commit");
        await _scene.WriteAsync($"manifests/org__other@{Commit('e')}.json", "no JSON");
        var report = await VerifyAsync();
        Assert.Equal(
            [
                $"blobs/{Git("1")}",
                $"manifests/org__name@{Commit('a')}.json",
                $"manifests/org__name@{Commit('c')}.json",
                $"manifests/org__other@{Commit('e')}.json",
                "refs/org__name/lost",
                "refs/org__name/none",
            ],
            report.Problems.Select(problem => problem.Key));
        report = await VerifyAsync(structureOnly: true);
        Assert.DoesNotContain(report.Problems, problem => problem.Key.StartsWith("blobs/", StringComparison.Ordinal));
    }

    private async Task FillAsync()
    {
        _scene.Add(s_repo, Commit('a'), ("one", "1"), ("two", "lfs 2"));
        _scene.Add(s_repo, Commit('b'), ("one", "1"));
        _scene.SetRef(s_repo, "v1", Commit('a'));
        _scene.SetRef(s_repo, "main", Commit('b'));
        _scene.Add(s_dataset, Commit('c'), ("f", "data"));
        _scene.SetRef(s_dataset, "main", Commit('c'));
        Assert.True((await _scene.PushAsync()).IsGood);
    }

    private Task<HubRemovalPlan> PlanAsync(string pattern) => HubRemoteRemoval.PlanAsync(_scene.Bucket, s_repo, new RepoPattern(pattern), CancellationToken.None);

    private Task<HubRemoteVerifyReport> VerifyAsync(bool structureOnly = false) =>
        HubRemoteVerify.RunAsync(_scene.Bucket, new HubRemoteVerifyOptions { StructureOnly = structureOnly }, new TransferProgress(), CancellationToken.None);
}
