using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.Tests.HuggingFace.Bucket;

/// <summary>What is read from a bucket, and under which keys.</summary>
public sealed class HubBucketTests : IDisposable
{
    private static readonly Revision s_commit = HubNames.Commit('a');
    private static readonly RefName s_main = HubNames.Ref("main");

    private readonly TempTree _tree = new();
    private readonly LocalDirectoryStore _store;
    private readonly HubBucket _bucket;

    public HubBucketTests()
    {
        _store = new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System);
        Assert.True(HubKeys.TryCreate("team", out var keys, out _));
        _bucket = new HubBucket(_store, keys);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task One_listing_tells_contents_manifests_refs_and_others_apart()
    {
        var repo = HubNames.Repo("org/name");
        var blob = HubNames.Lfs("x");
        await WriteAsync(_bucket.Keys.Blob(blob), "x");
        await WriteAsync("team/blobs/../escape", "x", isExpected: false);
        await WriteAsync("team/blobs/not-a-name", "x");
        await WriteAsync("other/blobs/" + blob, "x");
        await WriteAsync(_bucket.Keys.SharedManifest(repo, s_commit), "{}");
        await WriteAsync(_bucket.Keys.OwnManifest(repo, s_commit), "{}");
        await WriteAsync(_bucket.Keys.SharedRef(repo, HubNames.Ref("refs/pr/1")), s_commit.Hex);

        var contents = await _bucket.ListAsync(CancellationToken.None);

        Assert.Equal([blob], contents.Blobs.Keys);
        Assert.True(contents.Has(blob, 1));
        Assert.False(contents.Has(blob, 2));
        Assert.Equal(1, contents.Bytes);
        Assert.Equal(2, contents.Manifests.Count);
        Assert.Equal("refs/pr/1", Assert.Single(contents.Refs.Values).Key.Ref!.Name);
        Assert.Equal(1, contents.Others);
    }

    [Fact]
    public async Task Where_nothing_is_the_shared_keys_are_a_repositorys_own()
    {
        var repo = HubNames.Repo("org/name");

        Assert.Equal(new ManifestPlace(_bucket.Keys.SharedManifest(repo, s_commit), null, null), await _bucket.FindManifestAsync(repo, s_commit, CancellationToken.None));
        Assert.Equal(new RefPlace(_bucket.Keys.SharedRef(repo, s_main), null, null), await _bucket.FindRefAsync(repo, s_main, CancellationToken.None));
    }

    [Theory]
    [InlineData("org/name", RepoType.Model, "org/name", RepoType.Dataset)]
    [InlineData("a/b__c", RepoType.Model, "a__b/c", RepoType.Model)]
    public async Task The_first_of_two_repositories_of_one_key_has_it_and_the_other_its_own(string first, RepoType firstType, string second, RepoType secondType)
    {
        var (owner, other) = (HubNames.Repo(first, firstType), HubNames.Repo(second, secondType));
        await WriteManifestAsync(_bucket.Keys.SharedManifest(owner, s_commit), owner);
        await WriteAsync(_bucket.Keys.SharedRef(owner, s_main), s_commit.Hex + "\n");
        await WriteManifestAsync(_bucket.Keys.OwnManifest(other, s_commit), other);
        await WriteAsync(_bucket.Keys.OwnRef(other, s_main), s_commit.Hex);

        var found = await _bucket.FindManifestAsync(other, s_commit, CancellationToken.None);
        Assert.Equal(_bucket.Keys.OwnManifest(other, s_commit), found.Key);
        Assert.Equal(other, found.Reading!.Manifest!.Repo);
        Assert.Equal(_bucket.Keys.SharedManifest(owner, s_commit), (await _bucket.FindManifestAsync(owner, s_commit, CancellationToken.None)).Key);
        Assert.Equal((_bucket.Keys.OwnRef(other, s_main), s_commit), KeyAndCommit(await _bucket.FindRefAsync(other, s_main, CancellationToken.None)));
        Assert.Equal((_bucket.Keys.SharedRef(owner, s_main), s_commit), KeyAndCommit(await _bucket.FindRefAsync(owner, s_main, CancellationToken.None)));
        Assert.Equal(owner, (await _bucket.FindSharedAsync(HubNames.Repo(second), s_main, CancellationToken.None))!.Repo);
    }

    [Fact]
    public async Task A_manifest_of_another_revision_under_our_own_key_is_refused()
    {
        var repo = HubNames.Repo("org/name");
        await WriteAsync(_bucket.Keys.SharedManifest(repo, s_commit), "not JSON");
        await WriteManifestAsync(_bucket.Keys.OwnManifest(repo, HubNames.Commit('a')), repo, HubNames.Commit('b'));

        var found = await _bucket.FindManifestAsync(repo, s_commit, CancellationToken.None);

        Assert.Null(found.Reading!.Manifest);
        Assert.Contains("another", found.Reading.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_ref_that_is_no_commit_leads_nowhere(string text)
    {
        var repo = HubNames.Repo("org/name");
        await WriteAsync(_bucket.Keys.SharedRef(repo, s_main), text);

        Assert.Null((await _bucket.FindRefAsync(repo, s_main, CancellationToken.None)).Commit);
        Assert.Null(await _bucket.FindSharedAsync(repo, s_main, CancellationToken.None));
    }

    [Fact]
    public async Task No_damage_makes_a_ref_that_leads_elsewhere()
    {
        var repo = HubNames.Repo("org/name");
        var key = _bucket.Keys.SharedRef(repo, s_main);
        for (var seed = 0; seed < LongRun.Count(500, 20_000); seed++)
        {
            var random = new Random(seed);
            var bytes = Encoding.ASCII.GetBytes(s_commit.Hex);
            for (var i = random.Next(4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) bytes = [.. bytes[..random.Next(bytes.Length + 1)], .. bytes[random.Next(bytes.Length)..]];
            await _store.WriteAsync(key, ObjectContent.Of(bytes), WriteOptions.Always, CancellationToken.None);

            var found = await _bucket.ReadRefAsync(key, CancellationToken.None);

            Assert.Matches("^([0-9a-f]{40})?$", found!.Value.Commit?.Hex ?? "");
        }
    }

    [Fact]
    public async Task A_manifest_that_is_too_large_is_refused_unread()
    {
        var key = _bucket.Keys.SharedManifest(HubNames.Repo("org/name"), s_commit);
        _tree.MakeDirectory(Path.GetDirectoryName(key)!);
        _tree.WriteSparse(key, ManifestFormat.MaxBytes + 1L);

        var (_, reading) = (await _bucket.ReadManifestAsync(key, CancellationToken.None))!.Value;

        Assert.Null(reading.Manifest);
        Assert.Contains("more than", reading.Reason, StringComparison.Ordinal);
    }

    private static (string, Revision?) KeyAndCommit(RefPlace place) => (place.Key, place.Commit);

    private async Task WriteAsync(string key, string text, bool isExpected = true)
    {
        try
        {
            await _store.WriteAsync(key, ObjectContent.Of(Encoding.UTF8.GetBytes(text)), WriteOptions.Always, CancellationToken.None);
            Assert.True(isExpected);
        }
        catch (StoreException) when (!isExpected)
        {
            // The store has no such keys.
        }
    }

    private async Task WriteManifestAsync(string key, RepoId repo, Revision? commit = null) => await _store.WriteAsync(
        key,
        ObjectContent.Of(ManifestWriter.Write(new RepoManifest { Repo = repo, Revision = commit ?? s_commit, Files = [new ManifestFile(HubNames.Path("a"), HubNames.Git("x"), 1)] })),
        WriteOptions.Always,
        CancellationToken.None);
}
