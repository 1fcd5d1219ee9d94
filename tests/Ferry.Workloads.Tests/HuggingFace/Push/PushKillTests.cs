using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>A push that ends at any call to the store leaves a bucket that can be read, and the next push finishes.</summary>
public sealed class PushKillTests
{
    private static readonly RepoId s_repo = Repo("org/name");

    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, 1000)]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public async Task A_push_may_end_at_any_call(bool isAfter, int claimBytes)
    {
        var isReached = true;
        for (var at = 1; isReached; at++)
        {
            using var scene = new HubScene();
            Fill(scene);
            var directory = scene.Store;
            var store = new StoppingStore(directory, at, isAfter);
            scene.Store = store;
            try
            {
                await scene.PushAsync(options => options with { ClaimBytes = claimBytes }, cancellation: store.End);
            }
            catch (OperationCanceledException)
            {
                // As planned.
            }

            isReached = store.IsReached;
            await scene.AssertSoundAsync();
            scene.Store = directory;
            Assert.True((await scene.PushAsync(options => options with { ClaimBytes = claimBytes }, time: new HastyClock())).IsGood, $"call {at}");
            Assert.Equal(Commit('b'), await scene.RefAsync(s_repo));
            Assert.Equal(Commit('c'), await scene.RefAsync(Repo("org/data", RepoType.Dataset)));
            await scene.AssertSoundAsync();
            Assert.True(at < 100);
        }
    }

    private static void Fill(HubScene scene)
    {
        scene.Add(s_repo, Commit('a'), ("one", "1"), ("two", "lfs 2"));
        scene.Add(s_repo, Commit('b'), ("one", "1"), ("two", "lfs 3"));
        scene.SetRef(s_repo, "main", Commit('b'));
        scene.SetRef(s_repo, "v1", Commit('a'));
        var dataset = Repo("org/data", RepoType.Dataset);
        scene.Add(dataset, Commit('c'), ("data", "lfs 2"));
        scene.SetRef(dataset, "main", Commit('c'));
    }
}
