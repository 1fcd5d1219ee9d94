using System.Text;
using Ferry.Core.Linux;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Cache;

public sealed class HubCacheWriterTests : IDisposable
{
    private const string Folder = "models--org--name";
    private static readonly string A = new('a', 40);

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void What_is_written_is_read_again_as_clients_lay_it_out()
    {
        using (var writer = HubCacheWriter.Open(_tree["hub"]))
        {
            var repo = writer.OpenRepo(Repo("org/name"));
            Assert.False(repo.HasBlob(Git("one"), 3));
            Put(repo, Git("one"), "one");
            Put(repo, Lfs("large"), "large");
            Assert.True(repo.HasBlob(Git("one"), 3));
            Assert.False(repo.HasBlob(Git("one"), 4));
            Assert.Equal(SnapshotFileForm.Link, repo.LinkFile(Commit('a'), Path("one.txt"), Git("one")));
            Assert.Equal(SnapshotFileForm.Link, repo.LinkFile(Commit('a'), Path("a/b/large.bin"), Lfs("large")));
            repo.WriteRef(Ref("main"), Commit('a'));
            repo.WriteRef(Ref("refs/pr/1"), Commit('a'));
        }
        Assert.Equal($"../../blobs/{Git("one")}", new FileInfo(_tree[$"hub/{Folder}/snapshots/{A}/one.txt"]).LinkTarget);
        Assert.Equal($"../../../../blobs/{Lfs("large")}", new FileInfo(_tree[$"hub/{Folder}/snapshots/{A}/a/b/large.bin"]).LinkTarget);
        Assert.Equal("large", _tree.ReadText($"hub/{Folder}/snapshots/{A}/a/b/large.bin"));
        Assert.Equal(A, _tree.ReadText($"hub/{Folder}/refs/refs/pr/1"));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55\n", _tree.ReadText("hub/CACHEDIR.TAG"), StringComparison.Ordinal);
        var read = Assert.Single(HubCacheReader.Read(_tree["hub"], CancellationToken.None).Repos);
        Assert.Empty(read.Problems);
        Assert.Empty(read.Incomplete);
        Assert.Equal(["a/b/large.bin", "one.txt"], Assert.Single(read.Revisions).Files.Select(file => file.Path.Text));
        Assert.Equal(["main", "refs/pr/1"], read.Revisions[0].Refs.Select(name => name.Name));
    }

    [Fact]
    public void The_listing_of_a_whole_commit_is_as_git_and_clients_have_it()
    {
        var manifest = new RepoManifest
        {
            Repo = Repo("org/name"),
            Revision = Commit('a'),
            Files = [new ManifestFile(Path("one.txt"), Git("one"), 3), new ManifestFile(Path("l.bin"), Lfs("large"), 5)],
            IsComplete = true,
        };
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var repo = writer.OpenRepo(manifest.Repo);
        foreach (var (path, name, content) in new[] { ("one.txt", Git("one"), "one"), ("l.bin", Lfs("large"), "large") })
        {
            Put(repo, name, content);
            repo.LinkFile(manifest.Revision, Path(path), name);
        }
        Assert.Throws<ArgumentException>(() => repo.WriteTree(manifest with { IsComplete = false }));
        repo.WriteTree(manifest);
        Assert.True(HubCacheReader.Read(_tree["hub"], manifest.Repo, CancellationToken.None)!.Revisions[0].IsComplete);
        using var json = System.Text.Json.JsonDocument.Parse(_tree.ReadText($"hub/{Folder}/trees/{A}.json"));
        var files = json.RootElement.GetProperty("files");
        Assert.Equal(Git("one").Hex, files.GetProperty("one.txt").GetProperty("blob_id").GetString());
        var pointer = $"version https://git-lfs.github.com/spec/v1\noid sha256:{Lfs("large")}\nsize 5\n";
        Assert.Equal(Git(pointer).Hex, files.GetProperty("l.bin").GetProperty("blob_id").GetString());
        Assert.Equal(5, files.GetProperty("l.bin").GetProperty("lfs_size").GetInt64());
    }

    [Fact]
    public void A_blob_that_is_given_up_leaves_nothing()
    {
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var repo = writer.OpenRepo(Repo("org/name"));
        using (var blob = repo.CreateBlob(Git("one")))
        {
            RandomAccess.Write(blob.File, "on"u8, 0);
            Assert.Single(HubCacheReader.Read(_tree["hub"], Repo("org/name"), CancellationToken.None)!.Incomplete);
        }
        Assert.Empty(Directory.GetFiles(_tree[$"hub/{Folder}/blobs"]));
    }

    [Fact]
    public void What_a_download_left_is_taken_over_by_the_next_if_nobody_writes_to_it()
    {
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var repo = writer.OpenRepo(Repo("org/name"));
        _tree.Write($"hub/{Folder}/blobs/{Git("content")}.0123abcd.incomplete", "cont");
        using (var other = repo.CreateBlob(Git("content"), leftBefore: new Timestamp(1_000, 0))) Assert.Equal(0, other.FoundBytes);
        using (var blob = repo.CreateBlob(Git("content"), leftBefore: new Timestamp(long.MaxValue, 0)))
        {
            Assert.Equal(4, blob.FoundBytes);
            RandomAccess.Write(blob.File, "ent"u8, blob.FoundBytes);
            blob.Commit();
        }
        Assert.Equal([$"{Folder}/blobs/{Git("content")}", "CACHEDIR.TAG"], _tree.Files("hub").OrderDescending(StringComparer.Ordinal));
        Assert.Equal("content", _tree.ReadText($"hub/{Folder}/blobs/{Git("content")}"));
    }

    [Fact]
    public void A_ref_without_a_snapshot_is_refused()
    {
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        Assert.Throws<IOException>(() => writer.OpenRepo(Repo("org/name")).WriteRef(Ref("main"), Commit('a')));
        Assert.Empty(Directory.GetFiles(_tree[$"hub/{Folder}/refs"]));
    }

    [Theory]
    [InlineData("snapshots", "")]
    [InlineData("snapshots/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")]
    [InlineData("snapshots/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + "/sub", "")]
    [InlineData("snapshots/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + "/sub/file", "victim")]
    [InlineData("blobs", "")]
    [InlineData("refs", "")]
    [InlineData("", "")]
    public void Links_in_the_way_are_refused_and_what_they_lead_to_stays(string place, string target)
    {
        using var outside = new TempTree();
        outside.Write("victim", "untouched");
        _tree.Symlink(System.IO.Path.Combine("hub", Folder, place).TrimEnd('/'), outside[target]);
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var e = Assert.ThrowsAny<IOException>(() =>
        {
            var repo = writer.OpenRepo(Repo("org/name"));
            Put(repo, Git("one"), "one");
            repo.LinkFile(Commit('a'), Path("sub/file"), Git("one"));
            repo.WriteRef(Ref("main"), Commit('a'));
        });
        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal(["victim"], outside.Files());
        Assert.Equal("untouched", outside.ReadText("victim"));
    }

    [Fact]
    public void A_blob_that_is_a_foreign_link_or_a_directory_is_not_replaced()
    {
        using var outside = new TempTree();
        outside.Write("victim", "untouched");
        _tree.Symlink($"hub/{Folder}/blobs/{Git("one")}", outside["victim"]);
        _tree.Write($"hub/{Folder}/blobs/{Git("two")}/kept", "kept");
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var repo = writer.OpenRepo(Repo("org/name"));
        Assert.False(repo.HasBlob(Git("one"), 9));
        Assert.ThrowsAny<IOException>(() => repo.CreateBlob(Git("one")));
        Assert.ThrowsAny<IOException>(() => repo.CreateBlob(Git("two")));
        Assert.Equal("untouched", outside.ReadText("victim"));
        Assert.True(_tree.Exists($"hub/{Folder}/blobs/{Git("two")}/kept"));
    }

    [Fact]
    public void Where_there_are_no_links_a_file_is_another_name_of_its_content_or_a_copy()
    {
        _tree.Write("repo/blobs/" + Git("one"), "one");
        _tree.MakeDirectory("repo/snapshot");
        using var folder = DirectoryHandle.Open(_tree["repo"]);
        using var snapshot = DirectoryHandle.Open(_tree["repo/snapshot"]);
        Assert.Equal(SnapshotFileForm.HardLink, SnapshotFile.MakeWithoutLink(snapshot, "one.txt", folder, Git("one")));
        Assert.Equal(SnapshotFileForm.HardLink, SnapshotFile.MakeWithoutLink(snapshot, "one.txt", folder, Git("one")));
        Assert.Equal(["one.txt"], _tree.Files("repo/snapshot"));
        using (var source = File.OpenHandle(_tree["repo/blobs/" + Git("one")])) snapshot.CopyFile(source, "one.txt", folder);
        Assert.Equal("one", _tree.ReadText("repo/snapshot/one.txt"));
        Assert.Equal([$"blobs/{Git("one")}", "snapshot/one.txt"], _tree.Files("repo"));
    }

    [Fact]
    public void A_link_takes_the_place_of_an_older_one()
    {
        using var writer = HubCacheWriter.Open(_tree["hub"]);
        var repo = writer.OpenRepo(Repo("org/name"));
        Put(repo, Git("one"), "one");
        Put(repo, Git("two"), "two");
        repo.LinkFile(Commit('a'), Path("f"), Git("one"));
        repo.LinkFile(Commit('a'), Path("f"), Git("two"));
        repo.LinkFile(Commit('a'), Path("f"), Git("two"));
        Assert.Equal("two", _tree.ReadText($"hub/{Folder}/snapshots/{A}/f"));
        Assert.Empty(Directory.GetFileSystemEntries(_tree[$"hub/{Folder}"], ".ferry-tmp-*", SearchOption.AllDirectories));
    }

    private static void Put(RepoWriter repo, BlobName name, string content)
    {
        using var blob = repo.CreateBlob(name);
        RandomAccess.Write(blob.File, Encoding.UTF8.GetBytes(content), 0);
        blob.Commit();
    }
}
