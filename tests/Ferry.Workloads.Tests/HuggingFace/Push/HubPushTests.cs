using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Push;

/// <summary>What gets into a bucket, and what does not.</summary>
public sealed class HubPushTests : IDisposable
{
    private static readonly RepoId s_repo = Repo("org/name");
    private static readonly (string, string)[] s_files = [("README.md", "read me"), ("deep/model.bin", "lfs weights"), ("deep/copy.bin", "lfs weights")];

    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Contents_manifest_and_ref_are_in_the_bucket_as_the_older_tool_has_them()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        _scene.SetTree(s_repo, Commit('a'), s_files);
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.SetRef(s_repo, "refs/pr/1", Commit('a'));
        var report = await _scene.PushAsync();
        Assert.True(report.IsGood);
        Assert.Equal((2, 18, 0, 1, 2), (report.UploadedBlobs, report.UploadedBytes, report.PresentBlobs, report.Manifests, report.Refs));
        Assert.Equal(
            new[] { $"blobs/{Git("read me")}", $"blobs/{Lfs("lfs weights")}", $"manifests/org__name@{Commit('a')}.json", "refs/org__name/main", "refs/org__name/refs/pr/1" }
                .Order(StringComparer.Ordinal),
            _scene.BucketTree.Files());
        Assert.Equal(Commit('a').Hex, _scene.BucketTree.ReadText("refs/org__name/main"));
        var manifest = (await _scene.ManifestAsync(s_repo, Commit('a')))!;
        Assert.Equal(["README.md", "deep/copy.bin", "deep/model.bin"], manifest.Files.Select(file => file.Path.Text));
        Assert.Equal((true, RepoVisibility.Public, "ferry test"), (manifest.IsComplete, manifest.Visibility, manifest.Writer));
        Assert.Equal(Lfs("read me").Hex, Assert.Single(manifest.Sha256).Value.ToHex());
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_second_push_lists_once_reads_manifest_and_ref_and_does_nothing_else()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.PushAsync();
        var store = new FaultyStore(_scene.Store);
        _scene.Store = store;
        var report = await _scene.PushAsync();
        Assert.Equal((0, 2, 18, 0, 0), (report.UploadedBlobs, report.PresentBlobs, report.PresentBytes, report.Manifests, report.Refs));
        Assert.Equal(
            [(StoreCall.List, ""), (StoreCall.Read, $"manifests/org__name@{Commit('a')}.json"), (StoreCall.Read, "refs/org__name/main")],
            store.Calls);
    }

    [Fact]
    public async Task A_dry_run_counts_and_writes_nothing()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        _scene.SetRef(s_repo, "main", Commit('a'));
        var report = await _scene.PushAsync(options => options with { DryRun = true });
        Assert.Equal((true, 2, 18, 1, 1), (report.IsDryRun, report.UploadedBlobs, report.UploadedBytes, report.Manifests, report.Refs));
        Assert.Empty(_scene.BucketTree.Files());
    }

    [Fact]
    public async Task Snapshots_of_parts_of_a_commit_become_one_manifest()
    {
        _scene.Add(s_repo, Commit('a'), ("one", "1"), ("both", "2"));
        await _scene.PushAsync();
        using var other = new HubScene(_scene.BucketTree);
        other.Add(s_repo, Commit('a'), ("both", "2"), ("three", "3"));
        other.SetRef(s_repo, "main", Commit('a'));
        await other.PushAsync();
        var manifest = (await _scene.ManifestAsync(s_repo, Commit('a')))!;
        Assert.Equal(["both", "one", "three"], manifest.Files.Select(file => file.Path.Text));
        Assert.Equal(3, manifest.Sha256.Count);
        Assert.False(manifest.IsComplete);
        Assert.Equal(0, (await _scene.PushAsync()).Manifests);
        await _scene.AssertSoundAsync();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public async Task What_others_push_of_a_commit_meanwhile_stays_in_its_manifest(int files)
    {
        _scene.Add(s_repo, Commit('a'), ("own", "own"));
        using var other = new HubScene(_scene.BucketTree);
        other.Add(s_repo, Commit('a'), [.. Enumerable.Range(0, files).Select(i => ($"f{i}", $"{i}"))]);
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Write, PlannedFault.Meanwhile(async _ => Assert.True((await other.PushAsync()).IsGood)));
        _scene.Store = store;
        Assert.Empty((await _scene.PushAsync()).Warnings);
        Assert.Equal(files + 1, (await _scene.ManifestAsync(s_repo, Commit('a')))!.Files.Count);
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_model_and_a_dataset_of_one_id_do_not_mix()
    {
        var dataset = Repo("org/name", RepoType.Dataset);
        _scene.Add(s_repo, Commit('a'), ("f", "model"));
        _scene.Add(dataset, Commit('b'), ("f", "dataset"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.SetRef(dataset, "main", Commit('b'));
        Assert.True((await _scene.PushAsync()).IsGood);
        Assert.Equal((Commit('a'), Commit('b')), (await _scene.RefAsync(s_repo), await _scene.RefAsync(dataset)));
        Assert.Equal((0, 0), await WrittenAsync());
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_content_that_is_not_what_its_name_says_is_not_pushed_nor_is_a_ref_to_it()
    {
        _scene.Add(s_repo, Commit('a'), ("good", "good"), ("bad", "lfs bad"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.Hub.Write($"{s_repo.Folder}/blobs/{Lfs("lfs bad")}", "lfs baD");
        var report = await _scene.PushAsync();
        Assert.Contains(Lfs("lfs bad").Hex, Assert.Single(report.Failures).ToString(), StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single((await _scene.ManifestAsync(s_repo, Commit('a')))!.Files).Path.Text);
        Assert.Null(await _scene.RefAsync(s_repo));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task Of_several_copies_of_a_content_the_right_one_goes()
    {
        var other = Repo("other/name");
        _scene.Add(s_repo, Commit('a'), ("f", "lfs shared"));
        _scene.Add(other, Commit('b'), ("f", "lfs shared"));
        _scene.Hub.Write($"{s_repo.Folder}/blobs/{Lfs("lfs shared")}", "broken");
        Assert.True((await _scene.PushAsync()).IsGood);
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_content_of_another_size_in_the_bucket_is_replaced()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        await _scene.PushAsync();
        await _scene.WriteAsync($"blobs/{Lfs("lfs weights")}", "short");
        var report = await _scene.PushAsync();
        Assert.Equal((0, 1, 1), (report.UploadedBlobs, report.RepairedBlobs, report.PresentBlobs));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_wrong_content_of_the_bucket_is_replaced_when_all_are_read()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        await _scene.PushAsync();
        await _scene.WriteAsync($"blobs/{Lfs("lfs weights")}", "lfs WEIGHTS");
        Assert.Equal(0, (await _scene.PushAsync()).RepairedBlobs);
        var report = await _scene.PushAsync(options => options with { VerifyRemote = true });
        Assert.Equal((1, 1, 1, 0), (report.RepairedBlobs, report.VerifiedBlobs, report.PresentBlobs, report.UploadedBlobs));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task A_wrong_content_of_the_bucket_stays_where_the_cache_has_no_right_one()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "lfs weights"));
        await _scene.PushAsync();
        await _scene.WriteAsync($"blobs/{Lfs("lfs weights")}", "lfs WEIGHTS");
        _scene.Hub.Write($"{s_repo.Folder}/blobs/{Lfs("lfs weights")}", "lfs weightS");
        var report = await _scene.PushAsync(options => options with { VerifyRemote = true });
        Assert.Equal((0, 1), (report.RepairedBlobs, report.Failures.Count));
        Assert.Equal("lfs WEIGHTS", _scene.BucketTree.ReadText($"blobs/{Lfs("lfs weights")}"));
    }

    [Fact]
    public async Task A_file_that_is_written_to_while_it_is_sent_does_not_stay_in_the_bucket()
    {
        var content = "lfs " + new string('x', 2 << 20);
        _scene.Add(s_repo, Commit('a'), ("f", content));
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.Store = new TouchingStore(_scene.Store, () => _scene.Hub.Write($"{s_repo.Folder}/blobs/{Lfs(content)}", content.ToUpperInvariant()));
        var report = await _scene.PushAsync();
        Assert.Contains("changed", Assert.Single(report.Failures).Reason, StringComparison.Ordinal);
        Assert.Empty(_scene.BucketTree.Files());
    }

    [Fact]
    public async Task What_the_older_tool_has_written_gets_what_it_does_not_say()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "lfs right"), ("new", "1"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.WriteAsync($"blobs/{Lfs("lfs right")}", "lfs right");
        await _scene.WriteAsync(
            $"manifests/org__name@{Commit('a')}.json",
            $$"""{"repo":"org/name","revision":"{{Commit('a')}}","files":[{"path":"f","blob":"{{Lfs("lfs right")}}","size":9}],"repo_type":"model"}""");
        await _scene.WriteAsync("refs/org__name/main", Commit('a').Hex);
        var report = await _scene.PushAsync();
        Assert.Equal((true, 1, 1, 1, 0), (report.IsGood, report.UploadedBlobs, report.PresentBlobs, report.Manifests, report.Refs));
        Assert.Equal(["f", "new"], (await _scene.ManifestAsync(s_repo, Commit('a')))!.Files.Select(file => file.Path.Text));
        Assert.Equal(0, (await _scene.PushAsync()).Manifests);
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task What_is_marked_for_removal_is_written_anew()
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        await _scene.PushAsync();
        var marks = new Dictionary<BlobName, GcMark> { [Lfs("lfs weights")] = new(DateTimeOffset.UnixEpoch, "v", null) };
        await _scene.WriteAsync("ferry/gc.json", System.Text.Encoding.UTF8.GetString(GcMarks.Write(marks).Span));
        var store = new FaultyStore(_scene.Store);
        _scene.Store = store;
        var report = await _scene.PushAsync();
        Assert.Equal((1, 1, 0), (report.UploadedBlobs, report.PresentBlobs, report.RepairedBlobs));
        Assert.Equal((StoreCall.Find, $"blobs/{Lfs("lfs weights")}"), store.Calls[^1]);
    }

    [Theory]
    [InlineData(RepoVisibility.Gated)]
    [InlineData(RepoVisibility.Private)]
    [InlineData(RepoVisibility.Unknown)]
    public async Task Nothing_of_a_closed_repository_goes(RepoVisibility visibility)
    {
        _scene.Add(s_repo, Commit('a'), s_files);
        var report = await _scene.PushAsync(visibility: visibility);
        Assert.Equal((s_repo, 0), (Assert.Single(report.Skipped).Repo, report.Repos));
        Assert.Empty(_scene.BucketTree.Files());
    }

    [Fact]
    public async Task Only_the_repositories_that_are_meant_go()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "1"));
        _scene.Add(Repo("other/name"), Commit('b'), ("f", "2"));
        await _scene.PushAsync(options => options with { Repos = [new RepoPattern("other/*")] });
        Assert.Equal([$"blobs/{Git("2")}", $"manifests/other__name@{Commit('b')}.json"], _scene.BucketTree.Files());
    }

    [Fact]
    public async Task Pointers_and_downloads_in_progress_stay_here()
    {
        const string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
        _scene.Add(s_repo, Commit('a'), ("pointer", pointer), ("text", "It says: version https://git-lfs.github.com/spec/v1"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.Hub.Write($"{s_repo.Folder}/blobs/{Lfs("x")}.incomplete", "half");
        var report = await _scene.PushAsync();
        Assert.Equal((1, 1), (report.SkippedPointers, report.UploadedBlobs));
        Assert.Equal("text", Assert.Single((await _scene.ManifestAsync(s_repo, Commit('a')))!.Files).Path.Text);
        Assert.Equal(1, (await _scene.PushAsync(options => options with { SyncXet = true })).UploadedBlobs);
        Assert.Equal(2, (await _scene.ManifestAsync(s_repo, Commit('a')))!.Files.Count);
    }

    [Fact]
    public async Task Copies_in_snapshots_get_the_bucket_s_name_or_the_one_that_git_gives()
    {
        _scene.Add(s_repo, Commit('a'), ("weights", "lfs small"));
        await _scene.PushAsync();
        using var other = new HubScene(_scene.BucketTree);
        other.Hub.Write($"{s_repo.Folder}/snapshots/{Commit('a')}/weights", "lfs small");
        other.Hub.Write($"{s_repo.Folder}/snapshots/{Commit('a')}/new", "text");
        Assert.True((await other.PushAsync()).IsGood);
        Assert.Equal(
            [("new", Git("text")), ("weights", Lfs("lfs small"))],
            (await _scene.ManifestAsync(s_repo, Commit('a')))!.Files.Select(file => (file.Path.Text, file.Blob)));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task Refs_follow_the_cache_that_knows_more()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "old"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.PushAsync();
        using var newer = new HubScene(_scene.BucketTree);
        newer.Add(s_repo, Commit('a'), ("f", "old"));
        newer.Add(s_repo, Commit('b'), ("f", "new"));
        newer.SetRef(s_repo, "main", Commit('b'));
        newer.Hub.SetTime($"{s_repo.Folder}/refs/main", 1);
        Assert.Equal(1, (await newer.PushAsync()).Refs);

        _scene.Hub.SetTime($"{s_repo.Folder}/refs/main", 1);
        var report = await _scene.PushAsync();
        Assert.Equal((true, 0), (report.IsGood, report.Refs));
        Assert.Contains("newer", Assert.Single(report.Warnings).Reason, StringComparison.Ordinal);
        Assert.Equal(Commit('b'), await _scene.RefAsync(s_repo));

        _scene.Hub.SetTime($"{s_repo.Folder}/refs/main", 4_000_000_000);
        Assert.Equal(1, (await _scene.PushAsync()).Refs);
        Assert.Equal(Commit('a'), await _scene.RefAsync(s_repo));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"repo":"org/name","revision":"COMMIT","files":[{"path":"../../etc/passwd","blob":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":1}]}""")]
    [InlineData("""{"repo":"org/name","revision":"COMMIT","files":[{"path":"f","blob":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":1},{"path":"more","blob":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","size":7}]}""")]
    public async Task A_manifest_that_nobody_can_use_does_not_stand_in_the_way(string text)
    {
        _scene.Add(s_repo, Commit('a'), ("f", "lfs right"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.WriteAsync($"manifests/org__name@{Commit('a')}.json", text.Replace("COMMIT", Commit('a').Hex, StringComparison.Ordinal));
        Assert.True((await _scene.PushAsync()).IsGood);
        Assert.Equal(Commit('a'), await _scene.RefAsync(s_repo));
        Assert.Equal(Lfs("lfs right"), Assert.Single((await _scene.ManifestAsync(s_repo, Commit('a')))!.Files).Blob);
    }

    [Fact]
    public async Task What_fails_is_named_and_the_rest_goes_on()
    {
        _scene.Add(s_repo, Commit('a'), ("f", "1"));
        _scene.Add(Repo("other/name"), Commit('b'), ("f", "2"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        _scene.SetRef(Repo("other/name"), "main", Commit('b'));
        var store = new FaultyStore(_scene.Store);
        store.Plan(StoreCall.Write, PlannedFault.Fail(StoreError.Transient));
        _scene.Store = store;
        var report = await _scene.PushAsync(options => options with { Workers = 1 });
        Assert.Equal((false, 1, 1, 1), (report.IsGood, report.Failures.Count, report.UploadedBlobs, report.Refs));
        await _scene.AssertSoundAsync();
        report = await _scene.PushAsync();
        Assert.Equal((true, 1, 1), (report.IsGood, report.UploadedBlobs, report.Refs));
        await _scene.AssertSoundAsync();
    }

    [Fact]
    public async Task Without_the_right_to_write_it_is_over_at_once()
    {
        _scene.Add(s_repo, Commit('a'), [.. Enumerable.Range(0, 100).Select(i => ($"f{i}", $"{i}"))]);
        var store = new FaultyStore(new ReadOnlyStore(_scene.Store));
        _scene.Store = store;
        var report = await _scene.PushAsync(options => options with { Workers = 2 });
        Assert.Equal(StoreError.Denied, report.Ended!.Error);
        Assert.InRange(store.Calls.Count(call => call.Call == StoreCall.Write), 1, 2);
    }

    [Fact]
    public async Task The_ref_of_a_repository_is_found_where_the_one_that_had_the_shared_key_is_gone()
    {
        var dataset = Repo("org/name", RepoType.Dataset);
        _scene.Add(s_repo, Commit('a'), ("f", "model"));
        _scene.SetRef(s_repo, "main", Commit('a'));
        await _scene.PushAsync();
        using var other = new HubScene(_scene.BucketTree);
        other.Add(dataset, Commit('a'), ("f", "dataset"));
        other.SetRef(dataset, "main", Commit('a'));
        await other.PushAsync();
        await _scene.Store.RemoveAsync(["refs/org__name/main", $"manifests/org__name@{Commit('a')}.json"], CancellationToken.None);
        Assert.Equal(Commit('a'), await _scene.RefAsync(dataset));
        Assert.Equal(dataset, (await _scene.ManifestAsync(dataset, Commit('a')))!.Repo);
        Assert.Null(await _scene.RefAsync(s_repo));
    }

    /// <summary>Does something right after each write.</summary>
    private sealed class TouchingStore(IObjectStore inner, Action touch) : IObjectStore
    {
        public StoreFacts Facts => inner.Facts;

        public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

        public Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation) => inner.ReadAsync(key, range, cancellation);

        public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
        {
            var outcome = await inner.WriteAsync(key, content, options, cancellation);
            touch();
            return outcome;
        }

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);

        public Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => inner.RemoveAsync(keys, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private async Task<(int Manifests, int Refs)> WrittenAsync()
    {
        var report = await _scene.PushAsync();
        return (report.Manifests, report.Refs);
    }
}
