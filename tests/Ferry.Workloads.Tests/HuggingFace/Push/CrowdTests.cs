using System.Collections.Concurrent;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>Many push the same at once.</summary>
public sealed class CrowdTests
{
    private const int Pushers = 32;

    private static readonly RepoId s_repo = Repo("org/name");

    [Fact]
    public async Task Of_many_pushers_of_one_model_one_writes_each_content()
    {
        using var first = new HubScene();
        var counting = new CountingStore(first.Store);
        var scenes = Enumerable.Range(0, Pushers).Select(_ => new HubScene(first.BucketTree) { Store = counting }).ToArray();
        foreach (var scene in scenes)
        {
            scene.Add(s_repo, Commit('a'), [.. Enumerable.Range(0, 40).Select(i => ($"f{i}", $"lfs {i}"))]);
            scene.SetRef(s_repo, "main", Commit('a'));
        }

        var reports = await Task.WhenAll(scenes.Select(scene => Task.Run(() => scene.PushAsync())));
        Assert.All(reports, report => Assert.Empty(report.Failures));
        Assert.Equal(40, reports.Sum(report => report.UploadedBlobs));
        Assert.Equal(40 * (Pushers - 1), reports.Sum(report => report.PresentBlobs));
        Assert.All(counting.Written, each => Assert.Equal(1, each.Value));
        Assert.Equal(42, counting.Written.Count);
        Assert.Equal(Commit('a'), await first.RefAsync(s_repo));
        await first.AssertSoundAsync();
        foreach (var scene in scenes) scene.Dispose();
    }

    [Fact]
    public async Task Many_pushers_of_parts_of_one_commit_make_one_whole()
    {
        using var first = new HubScene();
        var scenes = Enumerable.Range(0, Pushers).Select(_ => new HubScene(first.BucketTree)).ToArray();
        foreach (var (scene, i) in scenes.Select((scene, i) => (scene, i)))
        {
            scene.Add(s_repo, Commit('a'), ("all", "all"), ($"f{i}", $"{i}"));
            scene.SetRef(s_repo, "main", Commit('a'));
        }

        var reports = await Task.WhenAll(scenes.Select(scene => Task.Run(() => scene.PushAsync())));
        Assert.All(reports, report => Assert.Empty(report.Failures));
        Assert.Equal(Pushers + 1, (await first.ManifestAsync(s_repo, Commit('a')))!.Files.Count);
        await first.AssertSoundAsync();
        foreach (var scene in scenes) scene.Dispose();
    }

    private sealed class CountingStore(IObjectStore inner) : IObjectStore
    {
        public ConcurrentDictionary<string, int> Written { get; } = [];

        public StoreFacts Facts => inner.Facts;

        public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

        public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => inner.ReadAsync(key, range, cancellation);

        public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
        {
            var outcome = await inner.WriteAsync(key, content, options, cancellation);
            if (outcome == WriteOutcome.Written) Written.AddOrUpdate(key, 1, (_, count) => count + 1);
            return outcome;
        }

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);

        public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => inner.RemoveAsync(keys, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
