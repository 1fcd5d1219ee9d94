using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Cache;

public sealed class HubCacheReaderTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly string A = new('a', 40);
    private static readonly string B = new('b', 40);
    private static readonly string Xet = "91" + new string('f', 62);

    private readonly TempTree _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_cache_of_links_is_read_with_its_revisions_refs_and_sizes()
    {
        Blob("one");
        Blob("shared");
        _hub.Symlink($"{Folder}/snapshots/{A}/one.txt", $"../../blobs/{Git("one")}");
        _hub.Symlink($"{Folder}/snapshots/{A}/deep/er/shared.bin", $"../../../../blobs/{Git("shared")}");
        _hub.Symlink($"{Folder}/snapshots/{B}/shared.bin", $"../../blobs/{Git("shared")}");
        _hub.Write($"{Folder}/refs/main", A);
        _hub.Write($"{Folder}/refs/refs/pr/1", B);
        _hub.Write($"{Folder}/refs/main.0123abcd.tmp", "half");
        _hub.Write($"{Folder}/.no_exist/{A}/other.json");
        _hub.Write("CACHEDIR.TAG", "Signature");
        _hub.Write("version.txt", "1");
        _hub.MakeDirectory(".locks");
        var cache = Read();
        Assert.Empty(cache.Problems);
        var repo = Assert.Single(cache.Repos);
        Assert.Empty(repo.Problems);
        Assert.Equal("org/name", repo.Id.Name);
        Assert.Equal([A, B], repo.Revisions.Select(revision => revision.Commit.Hex));
        Assert.Equal([("main", A), ("refs/pr/1", B)], repo.Refs.Select(each => (each.Name.Name, each.Commit.Hex)));
        Assert.Equal(["deep/er/shared.bin", "one.txt"], repo.Revisions[0].Files.Select(file => file.Path.Text));
        Assert.Equal("refs/pr/1", Assert.Single(repo.Revisions[1].Refs).Name);
        Assert.Equal(9, repo.Revisions[0].Bytes);
        Assert.Equal(9, cache.Bytes);
        Assert.False(repo.Revisions[0].IsComplete);
    }

    [Fact]
    public void Contents_of_the_shared_store_keep_the_name_of_their_repository_and_count_once()
    {
        _hub.Write($"blobs/91/{Xet}", "twelve bytes");
        _hub.Write($"blobs/91/{Xet}.refs", "models--org--name/blobs/x\n");
        _hub.Write("blobs/.huggingface-shared-blobs", "1\n");
        foreach (var folder in (string[])[Folder, "datasets--org--name"])
        {
            _hub.Symlink($"{folder}/blobs/{Lfs("twelve bytes")}", $"../../blobs/91/{Xet}");
            _hub.Symlink($"{folder}/snapshots/{A}/model.bin", $"../../blobs/{Lfs("twelve bytes")}");
        }
        var cache = Read();
        Assert.Empty(cache.Problems);
        Assert.Equal(["datasets/org/name", "org/name"], cache.Repos.Select(repo => repo.Id.ToString()));
        Assert.All(cache.Repos, repo =>
        {
            Assert.Empty(repo.Problems);
            var blob = Assert.Single(repo.Revisions[0].Files).Blob;
            Assert.Equal(Lfs("twelve bytes"), blob.Name);
            Assert.Equal($"blobs/91/{Xet}", blob.Path);
            Assert.Equal($"{repo.Id.Folder}/blobs/{Lfs("twelve bytes")}", blob.Link);
        });
        Assert.Equal(12, cache.Bytes);
    }

    [Fact]
    public void Caches_without_links_are_read_by_hard_links_and_listings()
    {
        Blob("linked");
        _hub.HardLink($"{Folder}/snapshots/{A}/linked.txt", $"{Folder}/blobs/{Git("linked")}");
        _hub.Write($"{Folder}/snapshots/{A}/copied.txt", "copied");
        _hub.Write($"{Folder}/snapshots/{A}/unknown.txt", "unknown");
        Tree("copied", "linked");
        var revision = Assert.Single(Assert.Single(Read().Repos).Revisions);
        Assert.Equal([Git("copied"), Git("linked"), null], revision.Files.Select(file => file.Blob.Name));
        Assert.Equal($"{Folder}/snapshots/{A}/unknown.txt", revision.Files[2].Blob.Path);
        Assert.True(revision.IsComplete);
        Assert.Equal(19, revision.Bytes);
    }

    [Fact]
    public void Absolute_links_into_the_cache_are_as_good_as_relative_ones()
    {
        Blob("one");
        _hub.Symlink($"{Folder}/snapshots/{A}/one.txt", _hub[$"{Folder}/blobs/{Git("one")}"]);
        Assert.Equal(Git("one"), Assert.Single(Assert.Single(Read().Repos).Revisions[0].Files).Blob.Name);
    }

    [Fact]
    public void A_snapshot_that_lacks_a_file_of_the_listing_is_not_complete()
    {
        Blob("one");
        _hub.Symlink($"{Folder}/snapshots/{A}/one.txt", $"../../blobs/{Git("one")}");
        Tree("one", "two");
        Assert.False(Assert.Single(Assert.Single(Read().Repos).Revisions).IsComplete);
    }

    [Fact]
    public void Downloads_in_progress_are_no_blobs()
    {
        _hub.Write($"{Folder}/blobs/{Lfs("x")}.incomplete", "half");
        _hub.Write($"{Folder}/blobs/{Lfs("x")}.0123abcd.incomplete", "hal");
        var repo = Assert.Single(Read().Repos);
        Assert.Empty(repo.Blobs);
        Assert.Empty(repo.Problems);
        Assert.Equal([3L, 4L], repo.Incomplete.Select(each => each.Bytes).Order());
    }

    [Theory]
    [InlineData("../../blobs/0000000000000000000000000000000000000000", "not there")]
    [InlineData("../../../../outside", "out of the cache")]
    [InlineData("/etc/passwd", "out of the cache")]
    [InlineData("../../blobs/readme", "no blob")]
    [InlineData("../../../models--other--name/blobs/0000000000000000000000000000000000000000", "no blob of its repository")]
    [InlineData("../../../../hub/x", "out of the cache")]
    public void Links_that_lead_to_no_blob_are_named(string target, string reason)
    {
        Blob("one");
        _hub.Symlink($"{Folder}/snapshots/{A}/one.txt", $"../../blobs/{Git("one")}");
        _hub.Symlink($"{Folder}/snapshots/{A}/sub.txt", target);
        var repo = Assert.Single(Read().Repos);
        var problem = Assert.Single(repo.Problems);
        Assert.Equal($"{Folder}/snapshots/{A}/sub.txt", problem.Path);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.Equal(1, repo.Revisions[0].Broken);
        Assert.Single(repo.Revisions[0].Files);
    }

    [Fact]
    public void What_does_not_belong_there_is_named_and_nothing_is_followed()
    {
        using var outside = new TempTree();
        outside.Write("secret", "secret");
        outside.Write($"snapshots/{A}/x", "x");
        Blob("one");
        _hub.Write($"{Folder}/blobs/readme", "x");
        _hub.Symlink($"{Folder}/blobs/{Lfs("x")}", outside["secret"]);
        _hub.Symlink($"{Folder}/refs/main", outside["secret"]);
        _hub.Write($"{Folder}/refs/bad", "not a commit");
        _hub.Write($"{Folder}/refs/ended", A + "\n");
        _hub.Write($"{Folder}/refs/nowhere", B);
        _hub.Symlink($"{Folder}/snapshots/{A}/directory", outside.Path);
        _hub.Write($"{Folder}/snapshots/latest/x", "x");
        _hub.Write(System.Text.Encoding.UTF8.GetBytes($"{Folder}/snapshots/{A}/caf").Concat(new byte[] { 0xe9 }).ToArray(), "x"u8);
        _hub.Symlink("models--linked--away", outside.Path);
        _hub.Write("models--a--b--c/x", "x");
        var cache = Read();
        Assert.Equal(["models--a--b--c", "models--linked--away"], cache.Problems.Select(problem => problem.Path).Order());
        var problems = Assert.Single(cache.Repos).Problems.Select(problem => problem.Path[(Folder.Length + 1)..]).Order(StringComparer.Ordinal);
        Assert.Equal(
            new[] { "blobs/readme", $"blobs/{Lfs("x")}", "refs/bad", "refs/ended", "refs/main", "refs/nowhere", $"snapshots/{A}/caf\\\\xe9", $"snapshots/{A}/directory", "snapshots/latest" }
                .Order(StringComparer.Ordinal),
            problems);
    }

    [Fact]
    public void A_cache_that_does_not_exist_is_empty() => Assert.Empty(HubCacheReader.Read(_hub["missing"], CancellationToken.None).Repos);

    private HubCache Read() => HubCacheReader.Read(_hub.Path, CancellationToken.None);

    /// <summary>The listing of commit A: files named by what they hold.</summary>
    private void Tree(params string[] contents)
    {
        var files = contents.Select(content => $"\"{content}.txt\": {{\"size\": {content.Length}, \"blob_id\": \"{Git(content)}\"}}");
        _hub.Write($"{Folder}/trees/{A}.json", $"{{\"format_version\": 1, \"files\": {{{string.Join(", ", files)}}}}}");
    }

    private void Blob(string content) => _hub.Write($"{Folder}/blobs/{Git(content)}", content);
}
