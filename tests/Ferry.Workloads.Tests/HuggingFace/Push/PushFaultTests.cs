using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>Stores that fail: what is in the bucket is right all the same, and what is not is named.</summary>
public sealed class PushFaultTests
{
    private static readonly RepoId s_repo = Repo("org/name");

    [Fact]
    public async Task A_store_that_fails_at_random_gets_nothing_wrong()
    {
        foreach (var seed in Enumerable.Range(1, LongRun.Count(20, 400)))
        {
            using var scene = new HubScene();
            Fill(scene);
            var directory = scene.Store;
            var random = new Random(seed);
            // Without repetition, with it, and with it while answers are lost.
            var faulty = new RandomFaults(directory, random, losesAnswers: seed % 3 == 0);
            scene.Store = seed % 2 == 0 ? faulty : new RetryingStore(faulty, new RetryOptions { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2) }, TimeProvider.System);
            var isGood = false;
            try
            {
                isGood = (await scene.PushAsync(options => options with { ClaimBytes = seed % 5 == 0 ? 4 : 1000 }, time: new HastyClock())).IsGood;
            }
            catch (StoreException)
            {
                // The list, or the claims: nothing was begun.
            }

            await scene.AssertSoundAsync();
            scene.Store = directory;
            if (isGood) Assert.Equal((Commit('b'), Commit('a')), (await scene.RefAsync(s_repo), await scene.RefAsync(s_repo, "v1")));
            Assert.True((await scene.PushAsync(options => options with { ClaimBytes = 4 }, time: new HastyClock())).IsGood, $"seed {seed}");
            Assert.Equal(2, (await scene.ManifestAsync(s_repo, Commit('b')))!.Files.Count);
            await scene.AssertSoundAsync();
        }
    }

    [Fact]
    public async Task A_store_that_is_gone_is_not_asked_for_every_content()
    {
        using var scene = new HubScene();
        scene.Add(s_repo, Commit('a'), [.. Enumerable.Range(0, 200).Select(i => ($"f{i}", $"{i}"))]);
        var store = new FaultyStore(scene.Store);
        store.Plan(StoreCall.Write, [.. Enumerable.Range(0, 8).Select(_ => PlannedFault.Fail(StoreError.Transient))]);
        scene.Store = store;
        var report = await scene.PushAsync(options => options with { Workers = 1 });
        Assert.Equal((StoreError.Transient, 8), (report.Ended!.Error, report.Failures.Count));
        Assert.Equal(8, store.Calls.Count(call => call.Call == StoreCall.Write));
    }

    private static void Fill(HubScene scene)
    {
        scene.Add(s_repo, Commit('a'), ("one", "1"), ("two", "lfs 2"));
        scene.Add(s_repo, Commit('b'), ("one", "1"), ("two", "lfs 3"));
        scene.SetRef(s_repo, "v1", Commit('a'));
        scene.SetRef(s_repo, "main", Commit('b'));
    }

    /// <summary>Every fifth call or so fails, before or after it took place.</summary>
    private sealed class RandomFaults(IObjectStore inner, Random random, bool losesAnswers) : IObjectStore
    {
        public StoreFacts Facts => inner.Facts;

        public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => CallAsync(() => inner.FindAsync(key, cancellation));

        public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => CallAsync(() => inner.ReadAsync(key, range, cancellation));

        public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
            CallAsync(() => inner.WriteAsync(key, content, options, cancellation));

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) => Fails() ? throw Failure() : inner.ListAsync(prefix, cancellation);

        public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => CallAsync(() => inner.RemoveAsync(keys, cancellation));

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private async Task<T> CallAsync<T>(Func<Task<T>> call)
        {
            if (!losesAnswers && Fails()) throw Failure();
            var result = await call();
            return losesAnswers && Fails() ? throw Failure() : result;
        }

        private bool Fails()
        {
            lock (random)
                return random.Next(5) == 0;
        }

        private static StoreException Failure() => new(StoreError.Transient, "planned");
    }
}
