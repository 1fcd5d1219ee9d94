using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

public sealed class HubPullTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly RepoId Id = Repo("org/name");
    private static readonly string Large = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number:x4}-"));

    private readonly TeamBucket _team = new();

    public void Dispose() => _team.Dispose();

    [Fact]
    public async Task A_revision_arrives_as_clients_lay_it_out()
    {
        _team.Add(Id, 'a', ("README.md", "read me"), ("deep/er/small.bin", "weights"), ("large.bin", Large), ("large.txt", Large), ("empty", ""));
        var report = await _team.PullAsync("org/name");
        Assert.True(report.IsWhole);
        Assert.Equal((5, 5, 2 * Large.Length + 14L), (report.Files, report.Downloaded, report.DownloadedBytes));
        var repo = Assert.Single(HubCacheReader.Read(_team.Hub, CancellationToken.None).Repos);
        Assert.Empty(repo.Problems);
        Assert.Empty(repo.Incomplete);
        Assert.True(Assert.Single(repo.Revisions).IsComplete);
        Assert.Equal(["main"], repo.Revisions[0].Refs.Select(name => name.Name));
        Assert.Equal(Large, _team.Tree.ReadText($"hub/{Folder}/snapshots/{Commit('a')}/large.bin"));
        Assert.Equal("weights", _team.Tree.ReadText($"hub/{Folder}/snapshots/{Commit('a')}/deep/er/small.bin"));
        Assert.Equal(RepoVisibility.Public, VisibilityRecord.TryRead(_team.Hub, Id)!.Visibility);
        Assert.Equal((5, report.Plan.MissingBytes), (_team.Progress.Files, _team.Progress.Bytes));
        _team.CheckBlobs();
    }

    [Fact]
    public async Task What_is_there_is_not_read_again()
    {
        _team.Add(Id, 'a', ("README.md", "read me"), ("large.bin", Large));
        await _team.PullAsync("org/name");
        var before = _team.Faulty.Calls.Count;
        var report = await _team.PullAsync("org/name");
        Assert.Equal((0, 2, 2), (report.Downloaded, report.Plan.Present, report.Files));
        Assert.DoesNotContain(_team.Faulty.Calls.Skip(before), call => call.Subject.Contains("blobs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")]
    [InlineData("aaaaaaa", "")]
    [InlineData("v1.0", "v1.0")]
    [InlineData("refs/pr/1", "refs/pr/1")]
    public async Task A_revision_is_named_by_commit_digits_or_ref(string revision, string reference)
    {
        var manifest = _team.Add(Id, 'a', ("README.md", "read me"));
        _team.Add(manifest, "v1.0");
        _team.Add(manifest, "refs/pr/1");
        var report = await _team.PullAsync("org/name", revision);
        Assert.Equal(Commit('a'), report.Commit);
        Assert.Equal(reference.Length == 0 ? [] : [reference], HubCacheReader.Read(_team.Hub, Id, CancellationToken.None)!.Refs.Select(name => name.Name.Name));
    }

    [Fact]
    public async Task Digits_that_two_commits_begin_with_are_refused()
    {
        var manifest = _team.Add(Id, 'a', ("README.md", "read me"));
        Assert.True(Revision.TryParse(new string('a', 39) + "b", out var other, out _));
        _team.Add(manifest with { Revision = other }, null);
        var e = await Assert.ThrowsAsync<StoreException>(() => _team.PullAsync("org/name", "aaaaaaaa"));
        Assert.Equal(StoreError.NotFound, e.Error);
        Assert.Contains("2 commits of org/name begin with aaaaaaaa", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_type_the_model_is_meant_and_where_there_is_none_the_dataset()
    {
        _team.Add(Repo("org/data", RepoType.Dataset), 'a', ("README.md", "data"));
        Assert.Equal("datasets--org--data", (await _team.PullAsync("org/data")).Repo.Folder);
        Assert.Equal("datasets--org--data", (await _team.PullAsync("datasets/org/data")).Repo.Folder);
        var e = await Assert.ThrowsAsync<StoreException>(() => _team.PullAsync("org/data", type: RepoType.Model));
        Assert.Equal(StoreError.NotFound, e.Error);
        Assert.Contains("has no org/data at main", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_repository_of_the_cache_has_is_not_downloaded_unless_it_is_wrong()
    {
        _team.Add(Repo("org/base"), 'b', ("LICENSE", "licence"), ("weights.bin", Large), ("config", "config"));
        var manifest = _team.Add(Id, 'a', ("LICENSE", "licence"), ("weights.bin", Large), ("config", "config"));
        await _team.PullAsync("org/base");
        _team.Tree.Write($"hub/{Repo("org/base").Folder}/blobs/{manifest.Files[2].Blob}", "CONFIG");
        var report = await _team.PullAsync("org/name");
        Assert.Equal((true, 2, 1), (report.IsWhole, report.Shared, report.Downloaded));
        Assert.Equal("config", _team.Tree.ReadText($"hub/{Folder}/snapshots/{Commit('a')}/config"));
        Assert.Equal(Large, _team.Tree.ReadText($"hub/{Folder}/snapshots/{Commit('a')}/weights.bin"));
        Assert.Equal(Large.Length + "licence".Length + (2 * "config".Length), HubCacheReader.Read(_team.Hub, CancellationToken.None).Bytes);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        _team.Add(Id, 'a', ("README.md", "read me"));
        var report = await _team.Pull(new PullOptions { CacheDirectory = _team.Hub, DryRun = true }).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
        Assert.Equal((1, 7), (report.Plan.Missing.Count, report.Plan.MissingBytes));
        Assert.False(Directory.Exists(_team.Hub));
    }

    [Fact]
    public async Task A_wrong_blob_is_named_and_neither_it_nor_a_ref_is_there_afterwards()
    {
        var manifest = _team.Add(Id, 'a', ("good", "good"), ("small", "small"), ("large.bin", Large));
        _team.Write(_team.Bucket.Keys.Blob(manifest.Files[1].Blob), "SMALL"u8);
        _team.Write(_team.Bucket.Keys.Blob(manifest.Files[2].Blob), Encoding.UTF8.GetBytes(Large.Replace('7', '8')));
        var report = await _team.PullAsync("org/name");
        Assert.False(report.IsWhole);
        Assert.Equal(["large.bin", "small"], report.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.All(report.Problems, problem => Assert.Contains("is not what its name says; push it again", problem.Reason, StringComparison.Ordinal));
        Assert.Equal([$"{Folder}/snapshots/{Commit('a')}/good=good"], _team.Cached());
        Assert.Empty(_team.Parts(Id));
        Assert.Equal(report.Problems.Count, _team.Problems.Count);
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_blob_whose_git_name_fits_and_whose_sha256_does_not_is_refused()
    {
        var file = _team.Put("README.md", "read me");
        Assert.True(Ferry.Core.Hashing.Digest.TryParseHex(Lfs("another").Hex, out var digest));
        _team.Add(new RepoManifest { Repo = Id, Revision = Commit('a'), Files = [file], Sha256 = new Dictionary<BlobName, Ferry.Core.Hashing.Digest> { [file.Blob] = digest } });
        var report = await _team.PullAsync("org/name");
        Assert.Contains("is not what its name says", Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
        Assert.Empty(_team.Cached());
    }

    [Fact]
    public async Task A_blob_that_is_missing_from_the_bucket_is_named_and_the_rest_arrives()
    {
        var manifest = _team.Add(Id, 'a', ("good", "good"), ("lost.bin", Large));
        _team.Remove(_team.Bucket.Keys.Blob(manifest.Files[1].Blob));
        var report = await _team.PullAsync("org/name");
        Assert.Equal("lost.bin", Assert.Single(report.Problems).Path);
        Assert.Equal([$"{Folder}/snapshots/{Commit('a')}/good=good"], _team.Cached());
    }

    [Fact]
    public async Task The_same_pull_again_finishes_what_a_wrong_bucket_kept_from_being_whole()
    {
        var manifest = _team.Add(Id, 'a', ("small", "small"), ("large.bin", Large));
        var key = _team.Bucket.Keys.Blob(manifest.Files[1].Blob);
        _team.Write(key, Encoding.UTF8.GetBytes(Large[1..]));
        Assert.Contains($"has {Large.Length - 1} bytes", Assert.Single((await _team.PullAsync("org/name")).Problems).Reason, StringComparison.Ordinal);
        _team.Write(key, Encoding.UTF8.GetBytes(Large));
        var report = await _team.PullAsync("org/name");
        Assert.True(report.IsWhole);
        Assert.Equal(1, report.Downloaded);
        Assert.Contains($"{Folder}/refs/main={Commit('a')}", _team.Cached());
    }

    [Theory]
    [InlineData(StoreError.Denied)]
    [InlineData(StoreError.Transient)]
    public async Task A_failing_store_ends_the_pull_and_says_how(StoreError error)
    {
        _team.Add(Id, 'a', ("small", "small"), ("large.bin", Large));
        // Ref, manifest, manifest again, blob, the large one's first byte, then a range.
        _team.Faulty.Plan(StoreCall.Read, [.. Enumerable.Repeat(0, 5).Select(_ => PlannedFault.None()), PlannedFault.Fail(error)]);
        var e = await Assert.ThrowsAsync<StoreException>(() => _team.PullAsync("org/name"));
        Assert.Equal(error, e.Error);
        Assert.Empty(_team.Cached());
        var report = await _team.PullAsync("org/name");
        Assert.True(report.IsWhole);
        Assert.Equal(1, report.Plan.Present);
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_record_of_what_the_hub_said_is_not_made_less_strict()
    {
        var manifest = _team.Add(Id, 'a', ("README.md", "read me"));
        await _team.PullAsync("org/name");
        new VisibilityRecord(RepoVisibility.Private, DateTimeOffset.UnixEpoch).Write(_team.Hub, Id);
        await _team.PullAsync("org/name");
        Assert.Equal(RepoVisibility.Private, VisibilityRecord.TryRead(_team.Hub, Id)!.Visibility);
        Assert.Equal(RepoVisibility.Public, manifest.Visibility);
    }
}
