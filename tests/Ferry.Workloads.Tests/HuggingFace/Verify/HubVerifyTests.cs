using Ferry.Core.Progress;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Verify;
using Ferry.Workloads.Tests.HuggingFace.Pull;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Verify;

public sealed class HubVerifyTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly RepoId Id = Repo("org/name");
    private static readonly string Large = new('x', 10_000);

    private readonly TeamBucket _team = new();

    public void Dispose() => _team.Dispose();

    [Fact]
    public async Task A_cache_that_is_right_is_read_once_and_found_good()
    {
        _team.Add(Id, 'a', ("README.md", "read me"), ("same", "read me"), ("sub/large.bin", Large));
        _team.Add(Repo("org/data", RepoType.Dataset), 'b', ("README.md", "data"));
        await _team.PullAsync("org/name");
        await _team.PullAsync("org/data");
        var progress = new TransferProgress();
        var report = new HubVerify(_team.Hub, 2, progress).Run([], CancellationToken.None);
        Assert.True(report.IsGood);
        Assert.Equal([("datasets/org/data", 1, 4L), ("org/name", 2, 10_007L)], report.Repos.Select(repo => (repo.Id.ToString(), repo.Blobs, repo.Bytes)));
        Assert.Equal((10_011, 10_011), (progress.VerifiedBytes, progress.TotalToVerify));
    }

    [Fact]
    public void A_cache_that_does_not_exist_has_nothing_wrong() =>
        Assert.Empty(new HubVerify(_team.Hub, 2, new TransferProgress()).Run([], CancellationToken.None).Repos);

    [Fact]
    public async Task Wrong_bytes_dangling_links_and_refs_to_nowhere_are_named()
    {
        var manifest = _team.Add(Id, 'a', ("README.md", "read me"), ("sub/large.bin", Large), ("lost", "lost"));
        await _team.PullAsync("org/name");
        _team.Tree.Write($"hub/{Folder}/blobs/{manifest.Files[0].Blob}", "READ ME");
        File.WriteAllText(_team.Tree[$"hub/{Folder}/blobs/{manifest.Files[1].Blob}"], Large[1..] + "y");
        File.Delete(_team.Tree[$"hub/{Folder}/blobs/{manifest.Files[2].Blob}"]);
        _team.Tree.Write($"hub/{Folder}/refs/gone", Commit('c').Hex);
        var repo = Assert.Single(Run().Repos);
        Assert.False(repo.IsGood);
        Assert.Equal([$"{Commit('a')}/README.md", $"{Commit('a')}/sub/large.bin"], repo.Wrong.SelectMany(wrong => wrong.Files).Order(StringComparer.Ordinal));
        Assert.All(repo.Wrong, wrong => Assert.Equal("has other bytes than its name says", wrong.Reason));
        Assert.Contains(repo.Problems, problem => problem.Path == $"{Folder}/snapshots/{Commit('a')}/lost" && problem.Reason.EndsWith("which is not there", StringComparison.Ordinal));
        Assert.Contains(repo.Problems, problem => problem.Path == $"{Folder}/refs/gone");
        Assert.Equal([Commit('a')], repo.Partial);
    }

    [Fact]
    public async Task A_repair_downloads_what_is_wrong_again_and_nothing_else()
    {
        var manifest = _team.Add(Id, 'a', ("README.md", "read me"), ("sub/large.bin", Large), ("good", "good"));
        await _team.PullAsync("org/name");
        _team.Tree.Write($"hub/{Folder}/blobs/{manifest.Files[0].Blob}", "READ ME");
        File.WriteAllText(_team.Tree[$"hub/{Folder}/blobs/{manifest.Files[1].Blob}"], Large[1..] + "y");
        Assert.Empty((await _team.PullAsync("org/name")).Plan.Missing);
        var report = await _team.Pull(new PullOptions { CacheDirectory = _team.Hub, Repair = true }).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
        Assert.Equal((true, 2, 1), (report.IsWhole, report.Downloaded, report.Plan.Present));
        Assert.True(Run().IsGood);
    }

    [Fact]
    public async Task A_content_of_the_shared_store_is_read_once_and_repaired_beside_it()
    {
        var hash = new string('d', 64);
        foreach (var name in (string[])["org/name", "org/other"])
        {
            var manifest = _team.Add(Repo(name), 'a', ("large.bin", Large));
            await _team.PullAsync(name);
            var blob = _team.Tree[$"hub/{Repo(name).Folder}/blobs/{manifest.Files[0].Blob}"];
            _team.Tree.Write($"hub/blobs/dd/{hash}", Large[1..] + "y");
            File.Delete(blob);
            File.CreateSymbolicLink(blob, $"../../blobs/dd/{hash}");
        }

        var progress = new TransferProgress();
        var report = new HubVerify(_team.Hub, 2, progress).Run([], CancellationToken.None);
        Assert.Equal([1, 1], report.Repos.Select(repo => repo.Wrong.Count));
        Assert.Equal(Large.Length, progress.VerifiedBytes);
        await _team.Pull(new PullOptions { CacheDirectory = _team.Hub, Repair = true }).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
        Assert.Equal([true, false], Run().Repos.Select(repo => repo.IsGood));
        Assert.Equal(Large[1..] + "y", _team.Tree.ReadText($"hub/blobs/dd/{hash}"));
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_read()
    {
        _team.Add(Id, 'a', ("f", "1"));
        _team.Add(Repo("org/other"), 'b', ("f", "2"));
        await _team.PullAsync("org/name");
        await _team.PullAsync("org/other");
        var report = new HubVerify(_team.Hub, 2, new TransferProgress()).Run([new RepoPattern("*/other")], CancellationToken.None);
        Assert.Equal(["org/other"], report.Repos.Select(repo => repo.Id.ToString()));
    }

    private HubVerifyReport Run() => new HubVerify(_team.Hub, 2, new TransferProgress()).Run([], CancellationToken.None);
}
