using System.Security.Cryptography;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Stores.Tests.S3;
using Ferry.Testing;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Stores.Tests.Hub;

/// <summary>Many push one model to a real server at once, which decides conditions for objects in one piece and ignores them for those in parts.</summary>
[Collection(nameof(Ceph))]
[Requires("s3-ceph")]
public sealed class CephCrowdTests(CephFixture fixture) : IDisposable
{
    private const int Pushers = 32;
    private const string Folder = "models--org--name";

    private static readonly string s_commit = new('a', 40);

    private readonly TempTree _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Of_many_pushers_of_one_model_one_sends_each_content()
    {
        var names = new[] { Add("large.bin", 17 << 20), Add("small.bin", 100_000), Add("tiny.json", 10) };
        _hub.Write($"{Folder}/refs/main", s_commit);
        var cache = HubCacheReader.Read(_hub.Path, CancellationToken.None);
        var options = fixture.Options();
        var stores = new FaultyStore[Pushers];
        for (var i = 0; i < Pushers; i++) stores[i] = new FaultyStore(await S3ServerFixture.OpenAsync(options));
        Assert.True(HubKeys.TryCreate("", out var keys, out _));

        var reports = await Task.WhenAll(stores.Select(store => Task.Run(() => HubPush.RunAsync(
            cache, new HubBucket(store, keys), new PushGate(_hub.Path, null, allowGated: true, TimeProvider.System), new HubPushOptions { Writer = "ferry test" }, new NoObserver(),
            new TransferProgress(), TimeProvider.System, CancellationToken.None))));

        Assert.All(reports, report => Assert.Empty(report.Failures));
        Assert.Equal((3, 3 * (Pushers - 1)), (reports.Sum(report => report.UploadedBlobs), reports.Sum(report => report.PresentBlobs)));
        Assert.Equal(1, stores.Sum(store => store.Calls.Count(call => call == (StoreCall.Write, $"blobs/{names[0]}"))));
        var contents = await new HubBucket(stores[0], keys).ListAsync(CancellationToken.None);
        Assert.Equal(names.Order(StringComparer.Ordinal), contents.Blobs.Keys.Select(name => name.Hex).Order(StringComparer.Ordinal));
        Assert.Empty(contents.Claims);
        Assert.Single(contents.Refs);
        foreach (var store in stores) await store.DisposeAsync();
    }

    private string Add(string path, int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        var name = Convert.ToHexStringLower(SHA256.HashData(content));
        _hub.Write($"{Folder}/blobs/{name}", content);
        _hub.Symlink($"{Folder}/snapshots/{s_commit}/{path}", $"../../blobs/{name}");
        return name;
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
