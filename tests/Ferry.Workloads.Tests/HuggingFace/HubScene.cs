using System.Text;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace;

/// <summary>A cache that is filled by hand, and a directory that is the team's bucket.</summary>
internal sealed class HubScene : IDisposable
{
    private readonly bool _ownsBucket;

    /// <param name="bucket">The tree of another scene's bucket, to share it; null for an own one.</param>
    public HubScene(TempTree? bucket = null)
    {
        _ownsBucket = bucket is null;
        BucketTree = bucket ?? new TempTree();
        Store = new LocalDirectoryStore(BucketTree.Path, cores: 2, TimeProvider.System);
    }

    public TempTree Hub { get; } = new();

    public TempTree BucketTree { get; }

    public IObjectStore Store { get; set; }

    public HubBucket Bucket => new(Store, HubKeys.TryCreate("", out var keys, out var reason) ? keys : throw new ArgumentException(reason));

    public void Dispose()
    {
        Hub.Dispose();
        if (_ownsBucket) BucketTree.Dispose();
    }

    /// <summary>Gives the cache a snapshot; a content that begins with "lfs" has a SHA-256 for its name, others have git's.</summary>
    public void Add(RepoId repo, Revision commit, params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            Hub.Write($"{repo.Folder}/blobs/{NameOf(content)}", content);
            var up = string.Concat(Enumerable.Repeat("../", path.Count(each => each == '/')));
            Hub.Symlink($"{repo.Folder}/snapshots/{commit}/{path}", $"{up}../../blobs/{NameOf(content)}");
        }
    }

    /// <summary>Makes a ref of the cache.</summary>
    public void SetRef(RepoId repo, string name, Revision commit) => Hub.Write($"{repo.Folder}/refs/{name}", commit.Hex);

    /// <summary>Gives the cache the hub's listing of a commit.</summary>
    public void SetTree(RepoId repo, Revision commit, params (string Path, string Content)[] files) => Hub.Write(
        $"{repo.Folder}/trees/{commit}.json",
        HubTree.Write(new RepoManifest { Repo = repo, Revision = commit, Files = [.. files.Select(file => new ManifestFile(Path(file.Path), NameOf(file.Content), file.Content.Length))] }).Span);

    public static BlobName NameOf(string content) => content.StartsWith("lfs", StringComparison.Ordinal) ? Lfs(content) : Git(content);

    public Task<HubPushReport> PushAsync(Func<HubPushOptions, HubPushOptions>? with = null, RepoVisibility visibility = RepoVisibility.Public, TimeProvider? time = null, CancellationToken cancellation = default) => HubPush.RunAsync(
        HubCacheReader.Read(Hub.Path, CancellationToken.None),
        Bucket,
        new PushGate(Hub.Path, new FixedVisibility(visibility), allowGated: false, TimeProvider.System),
        (with ?? (options => options))(new HubPushOptions { Writer = "ferry test" }),
        new NoObserver(),
        new TransferProgress(),
        time ?? TimeProvider.System,
        cancellation);

    /// <summary>Writes an object of the bucket, past everything.</summary>
    public async Task WriteAsync(string key, string text) =>
        Assert.Equal(WriteOutcome.Written, await Store.WriteAsync(key, ObjectContent.Of(Encoding.UTF8.GetBytes(text)), WriteOptions.Always, CancellationToken.None));

    /// <summary>What the bucket's manifest of a revision says.</summary>
    public async Task<RepoManifest?> ManifestAsync(RepoId repo, Revision commit) => (await Bucket.FindManifestAsync(repo, commit, CancellationToken.None)).Reading?.Manifest;

    /// <summary>Where the bucket's ref leads.</summary>
    public async Task<Revision?> RefAsync(RepoId repo, string name = "main") => (await Bucket.FindRefAsync(repo, Ref(name), CancellationToken.None)).Commit;

    /// <summary>Sees that no ref is without its manifest, no manifest without its contents, and no content under a name that is not its own.</summary>
    public async Task AssertSoundAsync()
    {
        var bucket = new HubBucket(new LocalDirectoryStore(BucketTree.Path, cores: 2, TimeProvider.System), Bucket.Keys);
        var contents = await bucket.ListAsync(CancellationToken.None);
        foreach (var (name, info) in contents.Blobs)
        {
            var hasher = new BlobHasher(name, info.Length);
            hasher.Append(BucketTree.Read(info.Key));
            Assert.True(hasher.Finish(out _), $"{info.Key} is not what its name says");
        }

        foreach (var entry in contents.Manifests.Values)
        {
            var (_, reading) = (await bucket.ReadManifestAsync(entry.Info.Key, CancellationToken.None))!.Value;
            Assert.True(reading.IsGood, entry.Info.Key);
            Assert.All(reading.Manifest!.Files, file => Assert.True(contents.Has(file.Blob, file.Bytes), $"{entry.Info.Key}: {file.Path}"));
        }

        foreach (var entry in contents.Refs.Values)
        {
            var (_, commit) = (await bucket.ReadRefAsync(entry.Info.Key, CancellationToken.None))!.Value;
            Assert.Contains(contents.Manifests.Values, manifest => manifest.Key.Revision == commit && manifest.Key.Flat == entry.Key.Flat);
        }
    }

    private sealed class FixedVisibility(RepoVisibility answer) : IVisibilitySource
    {
        public Task<RepoVisibility> FindAsync(RepoId repo, CancellationToken cancellation) => Task.FromResult(answer);
    }

    private sealed class NoObserver : IPushObserver
    {
        public void OnSent(BlobName blob, string path, long bytes, bool isRepair)
        {
        }

        public void OnManifest(RepoId repo, Revision revision)
        {
        }

        public void OnRef(RepoId repo, RefName name, Revision revision)
        {
        }
    }
}
