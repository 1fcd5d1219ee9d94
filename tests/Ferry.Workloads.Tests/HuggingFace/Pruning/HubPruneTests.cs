using Ferry.Core.Linux;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pruning;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pruning;

public sealed class HubPruneTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly string Xet = "91" + new string('f', 62);

    private readonly TempTree _hub = new();
    private readonly Dictionary<char, long> _used = [];

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void The_least_recently_used_go_first_and_shared_contents_count_once()
    {
        Revision('a', 100, ("own.bin", "aaaaa"), ("shared.bin", "shared"));
        Revision('b', 300, ("own.bin", "bbb"), ("shared.bin", "shared"));
        Revision('c', 200, ("own.bin", "cccc"), ("shared.bin", "shared"));
        var plan = Plan(9);
        Assert.Equal(18, plan.Bytes);
        Assert.Equal([(Commit('a'), 5L), (Commit('c'), 4L)], plan.Revisions.Select(each => (each.Revision.Commit, each.FreedBytes)));
        Assert.Equal([Git("aaaaa"), Git("cccc")], plan.Blobs.Select(each => each.Blob.Name!.Value));
        Assert.Equal((9, 9), (plan.FreedBytes, plan.RemainingBytes));
        Assert.Equal(new KeptRevision(Repo("org/name"), Commit('b'), KeptFor.Budget), Assert.Single(plan.Kept));
        Assert.Empty(Plan(18).Revisions);
    }

    [Fact]
    public void What_is_protected_stays_whatever_the_budget()
    {
        Revision('a', 1, ("f", "a"));
        Revision('b', 2, ("f", "bb"));
        Revision('c', 3, ("f", "ccc"));
        Revision('d', 4, ("f", "dddd"));
        _hub.Write($"{Folder}/refs/refs/pr/1", Commit('a').Hex);
        _hub.Write($"{Folder}/blobs/{Lfs("x")}.incomplete", "half of it");
        var cache = Read();
        var open = cache.Repos[0].Revisions[2].Files[0].Blob.Content;
        var plan = HubPrunePlanner.Plan(cache, Rules(0) with { Keep = [new RepoPattern("org/name@bbbbbbb")], InUse = new HashSet<ContentId> { open } });
        Assert.Equal([('a', KeptFor.Ref), ('b', KeptFor.Pattern), ('c', KeptFor.Process)], plan.Kept.Select(each => (each.Commit.Hex[0], each.Reason)));
        Assert.Equal(Commit('d'), Assert.Single(plan.Revisions).Revision.Commit);
        Assert.Equal(6, plan.RemainingBytes);
        Run(cache, plan);
        Assert.True(_hub.Exists($"{Folder}/blobs/{Lfs("x")}.incomplete"));
        Assert.Equal(3, Read().Repos[0].Revisions.Count);
    }

    [Fact]
    public void What_is_planned_is_removed_and_the_rest_stays_whole()
    {
        Revision('a', 1, ("deep/own.bin", "aaaaa"), ("shared.bin", "shared"));
        Revision('b', 2, ("own.bin", "bbb"), ("shared.bin", "shared"));
        _hub.Write($"{Folder}/refs/main", Commit('b').Hex);
        _hub.Write($"{Folder}/trees/{Commit('a')}.json", "{}");
        _hub.Write($"{Folder}/.no_exist/{Commit('a')}/x");
        var cache = Read();
        var report = Run(cache, Plan(0));
        Assert.Equal((1, 5), (report.Revisions, report.FreedBytes));
        Assert.Empty(report.Failures);
        Assert.Equal(
            new[] { $"{Folder}/blobs/{Git("bbb")}", $"{Folder}/blobs/{Git("shared")}", $"{Folder}/refs/main", $"{Folder}/snapshots/{Commit('b')}/own.bin", $"{Folder}/snapshots/{Commit('b')}/shared.bin" }
                .Order(StringComparer.Ordinal),
            _hub.Files());
        Assert.Empty(Read().Repos[0].Problems);
    }

    [Fact]
    public void A_content_that_got_a_snapshot_after_the_plan_stays()
    {
        Revision('a', 1, ("f", "content"));
        var cache = Read();
        var plan = Plan(0);
        Revision('b', 2, ("f", "content"));
        var report = Run(cache, plan);
        Assert.Equal((1, 0), (report.Revisions, report.FreedBytes));
        Assert.Equal("content", _hub.ReadText($"{Folder}/snapshots/{Commit('b')}/f"));
    }

    [Fact]
    public void A_revision_that_got_a_ref_after_the_plan_stays()
    {
        Revision('a', 1, ("f", "content"));
        var cache = Read();
        var plan = Plan(0);
        _hub.Write($"{Folder}/refs/main", Commit('a').Hex);
        var report = Run(cache, plan);
        Assert.Equal(0, report.Revisions);
        Assert.Single(report.Skipped);
        Assert.Equal("content", _hub.ReadText($"{Folder}/snapshots/{Commit('a')}/f"));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void A_content_of_the_shared_store_goes_with_its_last_link_if_that_is_certain(bool isElsewhere, bool isListMissing, bool isGone)
    {
        _hub.Write($"blobs/91/{Xet}", "weights");
        if (!isListMissing) _hub.Write($"blobs/91/{Xet}.refs", $"{Folder}/blobs/{Lfs("weights")}\nmodels--org--other/blobs/{Lfs("weights")}\n");
        _hub.Symlink($"{Folder}/blobs/{Lfs("weights")}", $"../../blobs/91/{Xet}");
        _hub.Symlink($"{Folder}/snapshots/{Commit('a')}/f", $"../../blobs/{Lfs("weights")}");
        if (isElsewhere)
        {
            _hub.Symlink($"models--org--other/blobs/{Lfs("weights")}", $"../../blobs/91/{Xet}");
            _hub.Symlink($"models--org--other/snapshots/{Commit('b')}/f", $"../../blobs/{Lfs("weights")}");
            _hub.Write("models--org--other/refs/main", Commit('b').Hex);
        }
        var plan = Plan(0);
        Assert.Equal(isElsewhere ? 0 : 7, plan.FreedBytes);
        var report = Run(Read(), plan);
        Assert.Equal(isGone ? 7 : 0, report.FreedBytes);
        Assert.Equal(!isGone, _hub.Exists($"blobs/91/{Xet}"));
        Assert.Empty(Directory.GetFileSystemEntries(_hub[$"{Folder}/blobs"]));
    }

    [Fact]
    public void Contents_without_a_snapshot_go_when_they_are_old()
    {
        _hub.Write($"{Folder}/blobs/{Git("old")}", "old");
        _hub.Write($"{Folder}/blobs/{Git("young")}", "young");
        _hub.SetTime($"{Folder}/blobs/{Git("old")}", 1_000);
        Assert.Empty(Plan(8).Blobs);
        var plan = Plan(7);
        Assert.Equal(Git("old"), Assert.Single(plan.Blobs).Blob.Name);
        Run(Read(), plan);
        Assert.Equal([$"{Folder}/blobs/{Git("young")}"], _hub.Files());
    }

    [Fact]
    public void A_repository_with_something_wrong_is_left_alone()
    {
        Revision('a', 1, ("f", "content"));
        _hub.Symlink($"{Folder}/snapshots/{Commit('a')}/g", $"../../blobs/{Git("missing")}");
        var plan = Plan(0);
        Assert.Empty(plan.Revisions);
        Assert.Equal(KeptFor.Problem, Assert.Single(plan.Kept).Reason);
    }

    [Fact]
    public void What_a_killed_prune_left_is_removed_by_the_next()
    {
        Revision('a', 1, ("f", "content"));
        _hub.Symlink($"{Folder}/.ferry-tmp-1-2-3/f", $"../blobs/{Git("content")}");
        _hub.Write($"{Folder}/refs/main", Commit('a').Hex);
        Run(Read(), Plan(0));
        Assert.False(_hub.Exists($"{Folder}/.ferry-tmp-1-2-3"));
        Assert.Equal("content", _hub.ReadText($"{Folder}/snapshots/{Commit('a')}/f"));
    }

    [Fact]
    public void A_file_that_is_open_is_in_use()
    {
        Revision('a', 1, ("f", "open"), ("g", "closed"));
        using var file = File.OpenRead(_hub[$"{Folder}/snapshots/{Commit('a')}/f"]);
        var cache = Read();
        var blobs = cache.Repos[0].Blobs;
        var open = HubUse.FindOpen(cache);
        Assert.Contains(blobs[Git("open")].Content, open);
        Assert.DoesNotContain(blobs[Git("closed")].Content, open);
    }

    [Fact]
    public void The_log_decides_where_times_of_reading_are_older()
    {
        Revision('a', 1_000, ("f", "a"));
        Revision('b', 2_000, ("f", "b"));
        foreach (var content in "ab") _hub.SetTime($"{Folder}/blobs/{Git(content.ToString())}", content == 'a' ? 1_000 : 2_000);
        var log = new HubAccessLog(_hub["state/ferry/log"]);
        log.Append(Repo("org/name"), Commit('a'), DateTimeOffset.FromUnixTimeSeconds(3_000));
        log.Append(Repo("org/name"), Commit('a'), DateTimeOffset.FromUnixTimeSeconds(2_500));
        File.AppendAllText(_hub["state/ferry/log"], "nonsense\n12 models--org--name\n");
        var cache = Read();
        var last = HubUse.FindLast(cache, log);
        Assert.Equal([3_000L, 2_000L], cache.Repos[0].Revisions.Select(revision => last(cache.Repos[0], revision).Seconds));
    }

    [Theory]
    [InlineData("org/*", true)]
    [InlineData("*", true)]
    [InlineData("*name", true)]
    [InlineData("other/*", false)]
    [InlineData("org/nam", false)]
    public void Patterns_mean_repositories_as_the_older_tool_has_it(string pattern, bool isMeant) =>
        Assert.Equal(isMeant, new RepoPattern(pattern).Matches(Repo("org/name")));

    private HubCache Read() => HubCacheReader.Read(_hub.Path, CancellationToken.None);

    private HubPrunePlan Plan(long maxBytes) => HubPrunePlanner.Plan(Read(), Rules(maxBytes));

    private HubPruneRules Rules(long maxBytes) => new()
    {
        MaxBytes = maxBytes,
        LastUsed = (_, revision) => new Timestamp(_used.GetValueOrDefault(revision.Commit.Hex[0]), 0),
        UnusedBefore = new Timestamp(1_000_000, 0),
    };

    private static HubPruneReport Run(HubCache cache, HubPrunePlan plan) => HubPrune.Run(cache, plan, TimeProvider.System, CancellationToken.None);

    private void Revision(char digit, long used, params (string Path, string Content)[] files)
    {
        _used[digit] = used;
        foreach (var (path, content) in files)
        {
            _hub.Write($"{Folder}/blobs/{Git(content)}", content);
            var up = string.Concat(Enumerable.Repeat("../", path.Count(each => each == '/')));
            _hub.Symlink($"{Folder}/snapshots/{Commit(digit)}/{path}", $"{up}../../blobs/{Git(content)}");
        }
    }
}
