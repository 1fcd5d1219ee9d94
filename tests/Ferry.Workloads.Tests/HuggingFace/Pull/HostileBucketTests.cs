using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

/// <summary>Whoever may write to the bucket must not reach anything but what the cache holds of the repository.</summary>
public sealed class HostileBucketTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly RepoId Id = Repo("org/name");
    private static readonly string Large = new('x', 10_000);

    private readonly TeamBucket _team = new();
    private readonly TempTree _outside = new();

    public HostileBucketTests() => _outside.Write("victim", "untouched");

    public void Dispose()
    {
        Assert.Equal(["victim"], _outside.Files());
        Assert.Equal("untouched", _outside.ReadText("victim"));
        _outside.Dispose();
        _team.Dispose();
    }

    [Theory]
    [InlineData("../../../../victim")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../../../victim")]
    [InlineData("C:\\\\victim")]
    public async Task Paths_that_lead_out_are_refused_and_the_good_files_arrive(string path)
    {
        var manifest = _team.Add(Id, 'a', ("good", "good"));
        var json = Encoding.UTF8.GetString(ManifestWriter.Write(manifest).Span).Replace("\"files\": [", $"\"files\": [{{\"path\":\"{path}\",\"blob\":\"{Git("good")}\",\"size\":4}},", StringComparison.Ordinal);
        json = json.Replace("\"files\":[", $"\"files\":[{{\"path\":\"{path}\",\"blob\":\"{Git("good")}\",\"size\":4}},", StringComparison.Ordinal);
        _team.Write(_team.Bucket.Keys.SharedManifest(Id, Commit('a')), Encoding.UTF8.GetBytes(json));
        var report = await _team.PullAsync("org/name");
        Assert.Equal((false, 1), (report.IsWhole, report.Plan.Found.RefusedCount));
        Assert.Equal([$"{Folder}/snapshots/{Commit('a')}/good=good"], _team.Cached());
        Assert.False(Directory.Exists(_team.Tree[$"hub/{Folder}/trees"]));
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("blobs")]
    [InlineData("refs")]
    [InlineData("")]
    public async Task A_link_in_the_place_of_a_directory_is_not_followed(string place)
    {
        _team.Add(Id, 'a', ("good", "good"), ("sub/large.bin", Large));
        _team.Tree.Symlink($"hub/{Folder}/{place}".TrimEnd('/'), _outside.Path);
        await Assert.ThrowsAnyAsync<IOException>(() => _team.PullAsync("org/name"));
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_file_or_its_directory_is_a_problem_of_that_file()
    {
        _team.Add(Id, 'a', ("good", "good"), ("sub/one", "one"), ("two", "two"));
        _team.Tree.Symlink($"hub/{Folder}/snapshots/{Commit('a')}/sub", _outside.Path);
        _team.Tree.Symlink($"hub/{Folder}/snapshots/{Commit('a')}/two", _outside["victim"]);
        var report = await _team.PullAsync("org/name");
        Assert.Equal(["sub/one", "two"], report.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Equal("good", _team.Tree.ReadText($"hub/{Folder}/snapshots/{Commit('a')}/good"));
        Assert.Empty(Directory.GetFiles(_team.Tree[$"hub/{Folder}/refs"]));
    }

    [Fact]
    public async Task A_directory_or_a_foreign_link_with_the_name_of_a_blob_is_a_problem_of_its_files()
    {
        var manifest = _team.Add(Id, 'a', ("good", "good"), ("one", "one"), ("large.bin", Large));
        _team.Tree.Symlink($"hub/{Folder}/blobs/{manifest.Files[1].Blob}", _outside["victim"]);
        _team.Tree.Write($"hub/{Folder}/blobs/{manifest.Files[2].Blob}/kept", "kept");
        var report = await _team.PullAsync("org/name");
        Assert.Equal(["large.bin", "one"], report.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.All(report.Problems, problem => Assert.EndsWith("move it away", problem.Reason, StringComparison.Ordinal));
        Assert.True(_team.Tree.Exists($"hub/{Folder}/blobs/{manifest.Files[2].Blob}/kept"));
    }

    [Fact]
    public async Task A_size_that_no_disk_has_is_refused_before_anything_is_written()
    {
        var file = _team.Put("large.bin", Large);
        _team.Add(new RepoManifest { Repo = Id, Revision = Commit('a'), Files = [file with { Bytes = ManifestFile.MaxBytes }] });
        var e = await Assert.ThrowsAsync<IOException>(() => _team.PullAsync("org/name"));
        Assert.Contains("make room with 'ferry hf prune'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(50_000_000)]
    public async Task A_size_that_is_not_the_blobs_is_a_problem_and_nothing_of_it_stays(int claimed)
    {
        var file = _team.Put("large.bin", Large);
        _team.Add(new RepoManifest { Repo = Id, Revision = Commit('a'), Files = [file with { Bytes = claimed }] });
        var report = await _team.PullAsync("org/name");
        Assert.Contains($"has 10000 bytes, and by the manifest {claimed}", Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
        Assert.Empty(_team.Cached());
        Assert.Empty(_team.Parts(Id));
    }

    [Theory]
    [InlineData("not a commit", "is a ref that holds no commit")]
    [InlineData("../../../../../../etc/passwd", "is a ref that holds no commit")]
    [InlineData("", "is a ref that holds no commit")]
    public async Task A_ref_that_is_garbage_is_named(string text, string words)
    {
        _team.Add(Id, 'a', ("good", "good"));
        _team.Write(_team.Bucket.Keys.SharedRef(Id, Ref("main")), Encoding.UTF8.GetBytes(text));
        var e = await Assert.ThrowsAsync<StoreException>(() => _team.PullAsync("org/name"));
        Assert.Equal(StoreError.Invalid, e.Error);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Empty(_team.Cached());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"repo\": \"org/name\"}")]
    public async Task A_manifest_that_is_none_is_named(string json)
    {
        _team.Add(Id, 'a', ("good", "good"));
        var key = _team.Bucket.Keys.SharedManifest(Id, Commit('a'));
        _team.Write(key, Encoding.UTF8.GetBytes(json));
        foreach (var revision in (string[])["main", Commit('a').Hex])
        {
            var e = await Assert.ThrowsAsync<StoreException>(() => _team.PullAsync("org/name", revision));
            Assert.Equal(StoreError.Invalid, e.Error);
            Assert.Contains($"{key}: the manifest ", e.Message, StringComparison.Ordinal);
        }
    }
}
