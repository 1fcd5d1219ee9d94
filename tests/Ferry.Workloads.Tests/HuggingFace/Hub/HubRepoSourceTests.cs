using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Hub;

public sealed class HubRepoSourceTests
{
    private static readonly string Sha = Commit('a').Hex;

    [Fact]
    public async Task A_dataset_is_found_under_an_id_without_a_type_and_read()
    {
        using var stub = new StubHub(context =>
        {
            var path = context.Request.RawUrl!;
            if (path.StartsWith("/api/models/", StringComparison.Ordinal)) StubHub.Fail(context, 401, "RepoNotFound");
            else if (path.Contains("/revision/", StringComparison.Ordinal)) StubHub.Json(context, $$"""{"sha":"{{Sha}}","private":false,"gated":false}""");
            else if (path.Contains("/tree/", StringComparison.Ordinal)) StubHub.Json(context, $$"""[{"type":"file","path":"a.csv","oid":"{{Git("1,2,3")}}","size":5}]""");
            else StubHub.File(context, "1,2,3"u8.ToArray());
        });
        using var client = stub.Client();
        var found = await new HubRepoSource(client).FindAsync(Request(null), CancellationToken.None);
        Assert.Equal((Repo("org/name", RepoType.Dataset), Commit('a'), Ref("main")), (found.Manifest.Repo, found.Manifest.Revision, found.Ref));
        Assert.True(found.Manifest.IsComplete);

        var reading = await found.Blobs.OpenAsync(found.Manifest.Files[0], new ByteRange(2, 3), CancellationToken.None);
        await using (reading)
        {
            var bytes = new byte[reading.Length];
            await reading.Body.ReadExactlyAsync(bytes);
            Assert.Equal("2,3", Encoding.UTF8.GetString(bytes));
            Assert.Equal("/datasets/org/name/resolve/" + Sha + "/a.csv", stub.Seen.Last().Path);
        }
    }

    [Theory]
    [InlineData(404, "RevisionNotFound", StoreError.NotFound)]
    [InlineData(404, "RepoNotFound", StoreError.NotFound)]
    [InlineData(403, "GatedRepo", StoreError.Denied)]
    [InlineData(401, "RepoNotFound", StoreError.Denied)]
    [InlineData(503, null, StoreError.Transient)]
    public async Task Refusals_are_told_in_the_words_of_stores(int status, string? code, StoreError error)
    {
        using var stub = new StubHub(context => StubHub.Fail(context, status, code));
        using var client = stub.Client(patience: TimeSpan.Zero);
        var failure = await Assert.ThrowsAsync<StoreException>(() => new HubRepoSource(client).FindAsync(Request(RepoType.Model), CancellationToken.None));
        Assert.Equal(error, failure.Error);
    }

    private static PullRequest Request(RepoType? type) => PullRequest.TryParse("org/name", type, null, out var request, out var reason) ? request : throw new ArgumentException(reason);
}
