using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Pull.Sources;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

/// <summary>A team's bucket in a directory, and a cache beside it. Contents of 4,096 bytes and more count as large.</summary>
internal sealed class TeamBucket : IPullObserver, IDisposable
{
    public const int RangeBytes = 2048;

    private readonly TempTree _tree = new();

    public TeamBucket()
    {
        _tree.MakeDirectory("store");
        Faulty = new FaultyStore(new SmallRanges(new LocalDirectoryStore(_tree["store"], 4, TimeProvider.System)));
    }

    public TempTree Tree => _tree;

    public string Hub => _tree["hub"];

    public FaultyStore Faulty { get; }

    public HubBucket Bucket => new(Faulty, HubKeys.TryCreate("team", out var keys, out var reason) ? keys : throw new ArgumentException(reason));

    public List<PullProblem> Problems { get; } = [];

    public List<string> Fallbacks { get; } = [];

    public TransferProgress Progress { get; } = new();

    public void Dispose() => _tree.Dispose();

    /// <summary>Puts a revision there, as push would.</summary>
    public RepoManifest Add(RepoId repo, char commit, params (string Path, string Content)[] files) =>
        Add(new RepoManifest { Repo = repo, Revision = Commit(commit), Files = [.. files.Select(file => Put(file.Path, file.Content))], IsComplete = true, Visibility = RepoVisibility.Public });

    public RepoManifest Add(RepoManifest manifest, string? reference = "main")
    {
        Write(Bucket.Keys.SharedManifest(manifest.Repo, manifest.Revision), ManifestWriter.Write(manifest).ToArray());
        if (reference is not null) Write(Bucket.Keys.SharedRef(manifest.Repo, Ref(reference)), Encoding.ASCII.GetBytes(manifest.Revision.Hex));
        return manifest;
    }

    /// <summary>Puts a content there; those of paths that end with .bin are of LFS.</summary>
    public ManifestFile Put(string path, string content)
    {
        var name = path.EndsWith(".bin", StringComparison.Ordinal) ? Lfs(content) : Git(content);
        Write(Bucket.Keys.Blob(name), Encoding.UTF8.GetBytes(content));
        return new ManifestFile(Path(path), name, Encoding.UTF8.GetByteCount(content));
    }

    public void Write(string key, ReadOnlySpan<byte> bytes) => _tree.Write($"store/{key}", bytes);

    public void Remove(string key) => File.Delete(_tree[$"store/{key}"]);

    public HubPull Pull(PullOptions? options = null, TimeProvider? time = null) =>
        new(new BucketRepoSource(Bucket), options ?? new PullOptions { CacheDirectory = Hub }, null, this, Progress, time ?? TimeProvider.System);

    public Task<HubPullReport> PullAsync(string id, string? revision = null, RepoType? type = null, CancellationToken cancellation = default) =>
        Pull().RunAsync(Request(id, revision, type), cancellation);

    public static PullRequest Request(string id, string? revision = null, RepoType? type = null) =>
        PullRequest.TryParse(id, type, revision, out var request, out var reason) ? request : throw new ArgumentException(reason);

    /// <summary>Each file of the cache's snapshots and what it says, and each ref.</summary>
    public IEnumerable<string> Cached()
    {
        if (!Directory.Exists(Hub)) yield break;
        foreach (var path in _tree.Files("hub").Where(path => path.Contains("/snapshots/", StringComparison.Ordinal) || path.Contains("/refs/", StringComparison.Ordinal)))
            yield return $"{path}={_tree.ReadText("hub/" + path)}";
    }

    /// <summary>Names below blobs of a repository, without the contents' own.</summary>
    public string[] Parts(RepoId repo) =>
        [.. Directory.EnumerateFiles(_tree[$"hub/{repo.Folder}/blobs"]).Select(path => System.IO.Path.GetFileName(path)!).Where(name => name.Contains('.', StringComparison.Ordinal))];

    /// <summary>Fails unless each content in the cache is what its name says.</summary>
    public void CheckBlobs()
    {
        if (!Directory.Exists(Hub)) return;
        foreach (var path in _tree.Files("hub").Where(path => path.Contains("/blobs/", StringComparison.Ordinal) && !path.Contains('.', StringComparison.Ordinal)))
        {
            var bytes = _tree.Read("hub/" + path);
            var git = new GitBlobSha1(bytes.Length);
            git.Append(bytes);
            Assert.Contains(System.IO.Path.GetFileName(path), (string[])[Convert.ToHexStringLower(SHA256.HashData(bytes)), GitBlobSha1.ToHex(git.Finish())]);
        }
    }

    public void OnPlanned(PullPlan plan)
    {
    }

    public void OnProblem(PullProblem problem) => Problems.Add(problem);

    public void OnFallback(string reason) => Fallbacks.Add(reason);

    private sealed class SmallRanges(IObjectStore inner) : IObjectStore
    {
        public StoreFacts Facts => inner.Facts with { ReadRangeBytes = RangeBytes, Requests = 4 };

        public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

        public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => inner.ReadAsync(key, range, cancellation);

        public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
            inner.WriteAsync(key, content, options, cancellation);

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);

        public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => inner.RemoveAsync(keys, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
