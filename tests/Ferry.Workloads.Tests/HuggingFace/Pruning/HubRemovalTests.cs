using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pruning;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pruning;

/// <summary>What is removed by name.</summary>
public sealed class HubRemovalTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly string Xet = "91" + new string('f', 62);

    private readonly TempTree _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_revision_goes_with_its_refs_and_what_it_shares_stays()
    {
        Revision(Folder, 'a', ("own.bin", "aaaaa"), ("shared.bin", "shared"));
        Revision(Folder, 'b', ("shared.bin", "shared"));
        Revision("datasets--org--name", 'a', ("data", "data"));
        _hub.Write($"{Folder}/refs/main", Commit('a').Hex);
        _hub.Write($"{Folder}/refs/refs/pr/1", Commit('a').Hex);
        _hub.Write($"{Folder}/refs/v1", Commit('b').Hex);
        var removal = Plan('a');
        Assert.Equal((false, 5, null), (removal.IsWhole, removal.FreedBytes, removal.Refusal));
        Assert.Equal(["main", "refs/pr/1"], removal.Refs.Select(each => each.Name.Name));
        var report = Run(removal);
        Assert.Equal((1, 5), (report.Revisions, report.FreedBytes));
        Assert.Empty(report.Failures);
        Assert.Empty(report.Skipped);
        var left = Read().Repos.Single(repo => repo.Id == Repo("org/name"));
        Assert.Equal([Commit('b')], left.Revisions.Select(revision => revision.Commit));
        Assert.Equal(["v1"], left.Refs.Select(each => each.Name.Name));
        Assert.Equal([Git("shared")], left.Blobs.Keys);
        Assert.Equal(2, Read().Repos.Count);
    }

    [Fact]
    public void A_repository_goes_as_a_whole_with_all_that_is_wrong_with_it()
    {
        Revision(Folder, 'a', ("f", "content"));
        Revision("models--org--other", 'b', ("f", "other"));
        _hub.Symlink($"{Folder}/snapshots/{Commit('a')}/g", $"../../blobs/{Git("missing")}");
        _hub.Write($"{Folder}/blobs/{Lfs("x")}.incomplete", "half");
        _hub.Write($"{Folder}/refs/main", Commit('a').Hex);
        var removal = Plan('a');
        Assert.Equal((true, 7, 1), (removal.IsWhole, removal.FreedBytes, removal.Incomplete));
        Assert.Equal((1, 7), (Run(removal).Revisions, removal.FreedBytes));
        Assert.Equal(["models--org--other"], Directory.GetDirectories(_hub.Path).Select(System.IO.Path.GetFileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_content_of_the_shared_store_goes_with_the_last_repository_that_has_it(bool isElsewhere)
    {
        _hub.Write($"blobs/91/{Xet}", "weights");
        _hub.Write($"blobs/91/{Xet}.refs", $"{Folder}/blobs/{Lfs("weights")}\nmodels--org--other/blobs/{Lfs("weights")}\n");
        foreach (var folder in isElsewhere ? new[] { Folder, "models--org--other" } : [Folder])
        {
            _hub.Symlink($"{folder}/blobs/{Lfs("weights")}", $"../../blobs/91/{Xet}");
            _hub.Symlink($"{folder}/snapshots/{Commit('a')}/f", $"../../blobs/{Lfs("weights")}");
        }

        var removal = Plan('a');
        Assert.Equal(isElsewhere ? 0 : 7, removal.FreedBytes);
        Assert.Equal(isElsewhere ? 0 : 7, Run(removal).FreedBytes);
        Assert.Equal(isElsewhere, _hub.Exists($"blobs/91/{Xet}"));
    }

    [Fact]
    public void What_a_process_has_open_is_not_removed()
    {
        Revision(Folder, 'a', ("f", "content"));
        using var file = File.OpenRead(_hub[$"{Folder}/snapshots/{Commit('a')}/f"]);
        Assert.Equal("a process has files of it open", Plan('a').Refusal);
    }

    [Fact]
    public void A_revision_of_a_repository_with_something_wrong_is_not_removed_alone()
    {
        Revision(Folder, 'a', ("f", "content"));
        Revision(Folder, 'b', ("f", "other"));
        _hub.Symlink($"{Folder}/snapshots/{Commit('b')}/g", $"../../blobs/{Git("missing")}");
        Assert.Contains("remove all of it", Plan('a').Refusal, StringComparison.Ordinal);
    }

    private HubRemoval Plan(char digit)
    {
        var cache = Read();
        var repo = cache.Repos.Single(repo => repo.Id == Repo("org/name"));
        return HubRemoval.Plan(cache, repo, [.. repo.Revisions.Where(revision => revision.Commit == Commit(digit))], HubUse.FindOpen(cache));
    }

    private static HubPruneReport Run(HubRemoval removal) => removal.Run(TimeProvider.System, CancellationToken.None);

    private HubCache Read() => HubCacheReader.Read(_hub.Path, CancellationToken.None);

    private void Revision(string folder, char digit, params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            _hub.Write($"{folder}/blobs/{Git(content)}", content);
            _hub.Symlink($"{folder}/snapshots/{Commit(digit)}/{path}", $"../../blobs/{Git(content)}");
        }
    }
}
