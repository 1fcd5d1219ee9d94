using Ferry.Core.Linux;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

/// <summary>Pulls that end in the middle, and those after them.</summary>
public sealed class PullInterruptionTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly RepoId Id = Repo("org/name");
    private static readonly string Large = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number:x4}-"));

    private readonly TeamBucket _team = new();
    private readonly BlobName _large = Lfs(Large);

    public void Dispose() => _team.Dispose();

    [Fact]
    public async Task Cancelled_at_any_call_the_cache_loads_and_the_next_pull_finishes()
    {
        _team.Add(Id, 'a', ("one", "1"), ("sub/two", "2"), ("three", "3"), ("large.bin", Large));
        await _team.PullAsync("org/name");
        var expected = _team.Cached().ToList();
        var calls = _team.Faulty.Calls.Count;
        for (var call = 0; call < calls; call++)
        {
            Directory.Delete(_team.Hub, recursive: true);
            using var cancellation = new CancellationTokenSource();
            var nones = Enumerable.Repeat(0, call).Select(_ => PlannedFault.None());
            _team.Faulty.Plan(StoreCall.Read, [.. nones, PlannedFault.Meanwhile(_ => cancellation.CancelAsync())]);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _team.PullAsync("org/name", cancellation: cancellation.Token));
            _team.CheckBlobs();
            Assert.All(HubCacheReader.Read(_team.Hub, CancellationToken.None).Repos, repo => Assert.Empty(repo.Problems));
            Assert.True((await _team.Pull(time: Later()).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None)).IsWhole);
            Assert.Equal(expected, _team.Cached());
            Assert.Empty(_team.Parts(Id));
            _team.CheckBlobs();
        }
    }

    [Fact]
    public async Task A_part_is_gone_on_with_where_it_has_holes_too()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        Leave(Large[..2048] + new string('\0', 6144) + Large[8192..14_000]);
        var report = await _team.Pull(time: Later()).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
        Assert.True(report.IsWhole);
        Assert.Equal((2048 + 14_000 - 8192, Large.Length - 2048L - (14_000 - 8192)), (report.ResumedBytes, report.DownloadedBytes));
        Assert.Equal((report.Plan.MissingBytes, 1), (_team.Progress.Bytes, _team.Progress.Files));
        Assert.Empty(_team.Parts(Id));
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_part_with_other_bytes_is_begun_anew()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        Leave(Large[..10_000].Replace('4', '5'));
        var report = await _team.Pull(time: Later()).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
        Assert.True(report.IsWhole);
        Assert.Equal((0, report.Plan.MissingBytes), (report.ResumedBytes, _team.Progress.Bytes));
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_part_that_is_longer_than_the_content_is_begun_anew()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        Leave(Large + "more");
        Assert.True((await _team.Pull(time: Later()).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None)).IsWhole);
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_part_that_somebody_writes_is_left_alone()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        Leave(Large[..10_000]);
        var report = await _team.PullAsync("org/name");
        Assert.True(report.IsWhole);
        Assert.Equal(0, report.ResumedBytes);
        Assert.Equal([$"{_large}.0123abcd.incomplete"], _team.Parts(Id));
    }

    [Fact]
    public async Task What_a_killed_pull_has_left_is_gone_on_with_at_once()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        _team.Tree.Write($"hub/{Folder}/blobs/{_large}.fe77abcd.incomplete", Large[..10_000]);
        var report = await _team.PullAsync("org/name");
        Assert.Equal((true, 10_000), (report.IsWhole, report.ResumedBytes));
        Assert.Empty(_team.Parts(Id));
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_part_that_another_pull_holds_is_left_alone_however_long_it_has_not_been_written()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        using var writer = HubCacheWriter.Open(_team.Hub);
        using (var held = writer.OpenRepo(Id).CreateBlob(_large, leftBefore: new Timestamp(0, 0)))
        {
            held.Write("part"u8, 0);
            var report = await _team.Pull(time: Later()).RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
            Assert.Equal((true, 0), (report.IsWhole, report.ResumedBytes));
            Assert.Single(_team.Parts(Id));
        }

        _team.CheckBlobs();
    }

    [Fact]
    public async Task Parts_of_small_blobs_that_a_killed_pull_has_left_are_removed_when_nobody_can_be_at_them_any_more()
    {
        _team.Add(Id, 'a', ("small", "small"));
        var part = $"{Git("small")}.0123abcd.incomplete";
        var others = $"{Git("others")}.0123abcd.incomplete";
        _team.Tree.Write($"hub/{Folder}/blobs/{part}", "small");
        _team.Tree.Write($"hub/{Folder}/blobs/{others}", "other");
        await _team.PullAsync("org/name");
        Assert.Equal([others, part], _team.Parts(Id).OrderBy(name => name != others));
        File.Delete(_team.Tree[$"hub/{Folder}/blobs/{Git("small")}"]);
        _team.Tree.SetTime($"hub/{Folder}/blobs/{part}", 1_000_000_000);
        await _team.PullAsync("org/name");
        Assert.Equal([others], _team.Parts(Id));
    }

    [Fact]
    public async Task A_blob_that_is_replaced_while_its_ranges_are_read_is_read_again()
    {
        _team.Add(Id, 'a', ("large.bin", Large));
        var key = _team.Bucket.Keys.Blob(_large);
        _team.Write(key, System.Text.Encoding.UTF8.GetBytes(Large.Replace('4', '5')));
        // Ref, manifest, manifest again, first byte, one range.
        var repair = PlannedFault.Meanwhile(store => store.WriteAsync(key, ObjectContent.Of(System.Text.Encoding.UTF8.GetBytes(Large)), WriteOptions.Always, CancellationToken.None));
        _team.Faulty.Plan(StoreCall.Read, [.. Enumerable.Repeat(0, 5).Select(_ => PlannedFault.None()), repair]);
        var report = await _team.PullAsync("org/name");
        Assert.True(report.IsWhole);
        Assert.Equal(report.Plan.MissingBytes, _team.Progress.Bytes);
        _team.CheckBlobs();
    }

    [Fact]
    public async Task Two_pulls_at_once_both_finish()
    {
        _team.Add(Id, 'a', [.. Enumerable.Range(0, 40).Select(number => ($"f{number}", $"content {number}")), ("large.bin", Large), ("other.bin", Large + "x")]);
        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => _team.PullAsync("org/name"))));
        Assert.Empty(reports.SelectMany(report => report.Problems));
        Assert.All(reports, report => Assert.True(report.IsWhole));
        Assert.Empty(HubCacheReader.Read(_team.Hub, Id, CancellationToken.None)!.Problems);
        Assert.Empty(_team.Parts(Id));
        _team.CheckBlobs();
    }

    private void Leave(string part) => _team.Tree.Write($"hub/{Folder}/blobs/{_large}.0123abcd.incomplete", part);

    private static HourLater Later() => new();

    private sealed class HourLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
