using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Inventory;

/// <summary>What a bucket is said to have, and how it compares with a cache.</summary>
public sealed class BucketInventoryTests : IDisposable
{
    private static readonly RepoId s_model = Repo("org/name");
    private static readonly RepoId s_dataset = Repo("org/name", RepoType.Dataset);

    private readonly TempTree _tree = new();
    private readonly FaultyStore _store;
    private readonly HubBucket _bucket;

    public BucketInventoryTests()
    {
        _store = new FaultyStore(new LocalDirectoryStore(_tree.MakeDirectory("store"), cores: 2, TimeProvider.System));
        Assert.True(HubKeys.TryCreate("team", out var keys, out _));
        _bucket = new HubBucket(_store, keys);
    }

    private HubKeys Keys => _bucket.Keys;

    public void Dispose()
    {
        // Fails if a planned fault was not reached.
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _tree.Dispose();
    }

    [Fact]
    public async Task Each_revision_is_named_once_with_its_refs_whoever_has_the_shared_key()
    {
        await PushAsync(Keys.SharedManifest(s_model, Commit('a')), s_model, 'a', "x", "y");
        await PushAsync(Keys.OwnManifest(s_dataset, Commit('a')), s_dataset, 'a', "z");
        // What was pushed below ferry/ first, and then by the older tool.
        await PushAsync(Keys.OwnManifest(s_model, Commit('a')), s_model, 'a', "other");
        await WriteAsync(Keys.SharedRef(s_model, Ref("main")), Commit('a').Hex + "\n");
        await WriteAsync(Keys.OwnRef(s_dataset, Ref("refs/pr/1")), Commit('a').Hex);

        var inventory = await ReadAsync();

        Assert.Empty(inventory.Problems);
        Assert.Equal(
            [(s_model, "main", 2, 0), (s_dataset, "refs/pr/1", 1, 0)],
            inventory.Revisions.Select(each => (each.Repo, Assert.Single(each.Refs).Name, each.Files, each.MissingFiles)));
        Assert.Equal((4, 8L), (inventory.Blobs, inventory.Bytes));
        Assert.Single(_store.Calls, call => call.Call == StoreCall.List);
        Assert.Equal(5, _store.Calls.Count(call => call.Call == StoreCall.Read));
    }

    [Fact]
    public async Task What_cannot_be_believed_is_a_problem_and_not_a_revision()
    {
        await WriteAsync(Keys.SharedManifest(s_model, Commit('a')), "{");
        await PushAsync(Keys.SharedManifest(s_model, Commit('b')), Repo("org/other"), 'b', "x");
        await PushAsync(Keys.OwnManifest(s_dataset, Commit('c')), s_dataset, 'd', "x");
        await WriteAsync(Keys.SharedRef(s_model, Ref("main")), Commit('e').Hex);
        await WriteAsync(Keys.SharedRef(s_model, Ref("v1")), "../../etc");

        var inventory = await ReadAsync();

        Assert.Empty(inventory.Revisions);
        Assert.Equal(
            [
                (Keys.OwnManifest(s_dataset, Commit('c')), "is that of another repository or revision"),
                (Keys.SharedManifest(s_model, Commit('a')), "is not JSON (line 1, byte 2)"),
                (Keys.SharedManifest(s_model, Commit('b')), "is that of another repository or revision"),
                (Keys.SharedRef(s_model, Ref("main")), $"leads to {Commit('e')}, which has no manifest"),
                (Keys.SharedRef(s_model, Ref("v1")), "is no commit"),
            ],
            inventory.Problems.Select(problem => (problem.Key, problem.Reason)));
    }

    [Fact]
    public async Task Revisions_are_compared_file_by_file()
    {
        Cache('a', "same1", "same2");
        Cache('b', "here");
        Cache('c', "part1", "only-here");
        await PushAsync(Keys.SharedManifest(s_model, Commit('a')), s_model, 'a', "same1", "same2");
        await PushAsync(Keys.SharedManifest(s_model, Commit('c')), s_model, 'c', "part1", "only-there1", "only-there2");
        await PushAsync(Keys.SharedManifest(s_model, Commit('d')), s_model, 'd', "there");
        await PushAsync(Keys.SharedManifest(s_model, Commit('e')), s_model, 'e', "lost", "kept");
        await _store.RemoveAsync([Keys.Blob(Git("lost"))], default);
        var cache = HubCacheReader.Read(_tree["hub"], default);

        var diffs = RevisionDiff.Of(cache, await BucketInventory.ReadAsync(_bucket, cache, default));

        Assert.Equal(
            [
                ('a', DiffState.InSync, new RevisionComparison(2, 2, 2, 2)),
                ('b', DiffState.LocalOnly, new RevisionComparison(1, 0, 0, 1)),
                ('c', DiffState.Partial, new RevisionComparison(2, 3, 1, 4)),
                ('d', DiffState.RemoteOnly, new RevisionComparison(0, 1, 0, 1)),
                ('e', DiffState.Partial, new RevisionComparison(0, 1, 0, 2)),
            ],
            diffs.Select(diff => (diff.Commit.Hex[0], diff.State, diff.Files)));
    }

    [Fact]
    public async Task A_store_that_may_be_written_is_told_from_one_that_may_not()
    {
        var good = await StoreProbe.RunAsync(_store, Keys, TimeProvider.System, default);
        Assert.Equal((null, null, null, true), (good.ListFailure, good.WriteFailure, good.AfterFailure, good.IsEmpty));
        Assert.Equal(TimeSpan.Zero, good.ClockSkew);
        Assert.Empty(await _store.ListAsync("", default).ToListAsync());

        var reader = await StoreProbe.RunAsync(new ReadOnlyStore(_store), Keys, TimeProvider.System, default);
        Assert.Equal((null, StoreError.Denied), (reader.ListFailure, reader.WriteFailure!.Error));
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_asked_once()
    {
        _store.Plan(StoreCall.List, PlannedFault.Fail(StoreError.NoStore));
        var probe = await StoreProbe.RunAsync(_store, Keys, TimeProvider.System, default);
        Assert.Same(probe.ListFailure, probe.WriteFailure);
        Assert.Single(_store.Calls);
    }

    [Fact]
    public async Task What_cannot_be_removed_again_is_said()
    {
        _store.Plan(StoreCall.Remove, PlannedFault.Fail(StoreError.Denied));
        var probe = await StoreProbe.RunAsync(_store, Keys, TimeProvider.System, default);
        Assert.NotNull(probe.AfterFailure);
        Assert.True(_tree.Exists("store/" + probe.Key));
    }

    private Task<BucketInventory> ReadAsync() => BucketInventory.ReadAsync(_bucket, null, default);

    private void Cache(char digit, params string[] contents)
    {
        foreach (var content in contents)
        {
            _tree.Write($"hub/models--org--name/blobs/{Git(content)}", content);
            _tree.Symlink($"hub/models--org--name/snapshots/{Commit(digit)}/{content}", $"../../blobs/{Git(content)}");
        }
    }

    /// <summary>A manifest with a file for each content, named like it, and the contents.</summary>
    private async Task PushAsync(string key, RepoId repo, char digit, params string[] contents)
    {
        foreach (var content in contents)
        {
            await WriteAsync(Keys.Blob(Git(content)), content);
        }

        var files = contents.Select(content => new ManifestFile(HubNames.Path(content), Git(content), content.Length));
        await _store.WriteAsync(
            key, ObjectContent.Of(ManifestWriter.Write(new RepoManifest { Repo = repo, Revision = Commit(digit), Files = [.. files] })), WriteOptions.Always, default);
    }

    private Task<WriteOutcome> WriteAsync(string key, string text) => _store.WriteAsync(key, ObjectContent.Of(Encoding.UTF8.GetBytes(text)), WriteOptions.Always, default);
}
