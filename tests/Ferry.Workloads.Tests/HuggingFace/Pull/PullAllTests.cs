using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

public sealed class PullAllTests : IDisposable
{
    private readonly TeamBucket _team = new();

    public void Dispose() => _team.Dispose();

    [Fact]
    public async Task Every_repository_with_a_main_is_pulled_whatever_its_type_and_key()
    {
        _team.Add(Repo("b/model"), 'a', ("f", "1"));
        _team.Add(Repo("a/data", RepoType.Dataset), 'b', ("f", "2"));
        // Ferry's own key: the shared one is the model's.
        var own = new RepoManifest { Repo = Repo("b/model", RepoType.Dataset), Revision = Commit('c'), Files = [_team.Put("f", "3")] };
        _team.Write(_team.Bucket.Keys.OwnManifest(own.Repo, own.Revision), ManifestWriter.Write(own).Span);
        _team.Write(_team.Bucket.Keys.OwnRef(own.Repo, Ref("main")), Encoding.ASCII.GetBytes(own.Revision.Hex));
        _team.Add(new RepoManifest { Repo = Repo("c/branch-only"), Revision = Commit('d'), Files = [] }, "dev");
        var outcomes = await RunAsync(new PullFilter());
        Assert.Equal(["datasets/a/data", "b/model", "datasets/b/model"], outcomes.Select(outcome => outcome.Name));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsWhole));
        Assert.Equal(3, _team.Cached().Count(line => line.Contains("/refs/main=", StringComparison.Ordinal)));
        Assert.Equal(2, _team.Faulty.Calls.Count(call => call.Call == StoreCall.List));
    }

    [Fact]
    public async Task Patterns_choose_and_the_limit_counts_what_they_chose()
    {
        foreach (var name in (string[])["org/a", "org/b", "org/c", "other/d"]) _team.Add(Repo(name), 'a', ("f", name));
        var filter = new PullFilter { Include = [new RepoPattern("org/*")], Exclude = [new RepoPattern("*/a")], Limit = 1 };
        Assert.Equal(["org/b"], (await RunAsync(filter)).Select(outcome => outcome.Name));
    }

    [Fact]
    public async Task One_that_fails_is_told_and_the_others_are_pulled()
    {
        _team.Add(Repo("org/a"), 'a', ("f", "1"));
        var broken = _team.Add(Repo("org/b"), 'b', ("f", "2"));
        _team.Add(Repo("org/c"), 'c', ("f", "3"));
        _team.Add(Repo("org/d"), 'd', ("f", "4"));
        _team.Write(_team.Bucket.Keys.SharedManifest(broken.Repo, broken.Revision), "{"u8);
        _team.Remove(_team.Bucket.Keys.Blob(Git("3")));
        var outcomes = await RunAsync(new PullFilter());
        Assert.Equal([("org/a", true), ("org/c", false), ("org/d", true), ("org/b", false)], outcomes.Select(outcome => (outcome.Name, outcome.IsWhole)));
        Assert.Contains("the manifest of org/b at main cannot be read", outcomes[3].Failure, StringComparison.Ordinal);
        Assert.Single(outcomes[1].Report!.Problems);
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_listed_fails_all()
    {
        _team.Faulty.Plan(StoreCall.List, PlannedFault.Fail(StoreError.Denied));
        Assert.Equal(StoreError.Denied, (await Assert.ThrowsAsync<StoreException>(() => RunAsync(new PullFilter()))).Error);
    }

    private async Task<IReadOnlyList<PullOutcome>> RunAsync(PullFilter filter)
    {
        var told = new List<PullOutcome>();
        var outcomes = await new HubPullAll(_team.Bucket, _team.Pull()).RunAsync(filter, told.Add, CancellationToken.None);
        Assert.Equal(outcomes, told);
        return outcomes;
    }
}
