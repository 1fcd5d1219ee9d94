using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Pull.Sources;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

public sealed class FallbackTests : IDisposable
{
    private static readonly RepoId Id = Repo("org/name");
    private static readonly string Large = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number:x4}-"));
    private static readonly (string, string)[] Files = [("README.md", "read me"), ("large.bin", Large)];

    private readonly TeamBucket _team = new();
    private readonly TeamBucket _other = new();

    public void Dispose()
    {
        _team.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(StoreError.NotFound)]
    [InlineData(StoreError.Transient)]
    [InlineData(StoreError.Throttled)]
    public async Task What_the_bucket_does_not_have_or_cannot_give_is_had_elsewhere(StoreError error)
    {
        _other.Add(Id, 'a', Files);
        if (error != StoreError.NotFound) _team.Faulty.Plan(StoreCall.Read, PlannedFault.Fail(error));
        var report = await RunAsync();
        Assert.True(report.IsWhole);
        Assert.Single(_team.Fallbacks);
        _team.CheckBlobs();
    }

    [Theory]
    [InlineData(StoreError.Denied)]
    [InlineData(StoreError.NoStore)]
    [InlineData(StoreError.Invalid)]
    public async Task A_refusal_is_not_got_round(StoreError error)
    {
        _other.Add(Id, 'a', Files);
        _team.Faulty.Plan(StoreCall.Read, PlannedFault.Fail(error));
        Assert.Equal(error, (await Assert.ThrowsAsync<StoreException>(RunAsync)).Error);
        Assert.Empty(_other.Faulty.Calls);
    }

    [Fact]
    public async Task A_single_blob_that_is_lost_is_had_elsewhere()
    {
        var manifest = _team.Add(Id, 'a', Files);
        _other.Add(Id, 'a', Files);
        _team.Remove(_team.Bucket.Keys.Blob(manifest.Files[1].Blob));
        Assert.True((await RunAsync()).IsWhole);
        Assert.Single(_team.Fallbacks);
        Assert.DoesNotContain(_other.Faulty.Calls, call => call.Subject.Contains(manifest.Files[0].Blob.Hex, StringComparison.Ordinal));
        _team.CheckBlobs();
    }

    [Fact]
    public async Task A_bucket_that_breaks_down_in_the_middle_of_a_large_blob_is_given_up()
    {
        _team.Add(Id, 'a', Files);
        _other.Add(Id, 'a', Files);
        // Ref, manifest, manifest again, the small blob, the large one's first byte, a range.
        _team.Faulty.Plan(StoreCall.Read, [.. Enumerable.Repeat(0, 6).Select(_ => PlannedFault.None()), PlannedFault.Fail(StoreError.Transient)]);
        Assert.True((await RunAsync()).IsWhole);
        Assert.Single(_team.Fallbacks);
        _team.CheckBlobs();
    }

    [Fact]
    public async Task What_nobody_has_is_told_with_both_reasons()
    {
        var manifest = _team.Add(Id, 'a', Files);
        _team.Remove(_team.Bucket.Keys.Blob(manifest.Files[0].Blob));
        var problem = Assert.Single((await RunAsync()).Problems);
        Assert.Contains("there is no such object; and ", problem.Reason, StringComparison.Ordinal);
    }

    private Task<HubPullReport> RunAsync()
    {
        var source = new FallbackSource(new BucketRepoSource(_team.Bucket), new BucketRepoSource(_other.Bucket), _team);
        return new HubPull(source, new PullOptions { CacheDirectory = _team.Hub }, null, _team, _team.Progress, TimeProvider.System)
            .RunAsync(TeamBucket.Request("org/name"), CancellationToken.None);
    }
}
