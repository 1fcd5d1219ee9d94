using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.Hub.HubClientCalls;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Hub;

public sealed class HubClientTests
{
    private static readonly string Sha = Commit('a').Hex;

    [Theory]
    [InlineData(RepoType.Model, "main", "/api/models/org/name/revision/main?expand=sha&expand=private&expand=gated")]
    [InlineData(RepoType.Dataset, "refs/pr/1", "/api/datasets/org/name/revision/refs%2Fpr%2F1?expand=sha&expand=private&expand=gated")]
    [InlineData(RepoType.Space, "v1.0", "/api/spaces/org/name/revision/v1.0?expand=sha&expand=private")]
    public async Task A_revision_is_asked_for_by_its_escaped_name(RepoType type, string revision, string asked)
    {
        using var stub = new StubHub(context => StubHub.Json(context, $$"""{"id":"org/name","sha":"{{Sha}}","private":false,"gated":false}"""));
        using var client = stub.Client();
        var found = await client.ResolveAsync(Repo("org/name", type), revision, CancellationToken.None);
        Assert.Equal((Commit('a'), RepoVisibility.Public), (found.Commit, found.Visibility));
        Assert.Equal(new SeenRequest(asked, $"Bearer {Token}", null), Assert.Single(stub.Seen));
    }

    [Fact]
    public async Task A_listing_is_read_through_all_of_its_pages()
    {
        StubHub? stub = null;
        using var _ = stub = new StubHub(context =>
        {
            if (context.Request.RawUrl!.Contains("cursor", StringComparison.Ordinal))
            {
                StubHub.Json(context, $$"""[{"type":"file","path":"deep/model.bin","oid":"{{new string('1', 40)}}","size":7,"lfs":{"oid":"{{Lfs("weights")}}","size":7,"pointerSize":130},"xetHash":"ff"}]""");
            }
            else
            {
                StubHub.Json(context, $$"""[{"type":"directory","path":"deep","oid":"{{new string('2', 40)}}","size":0},{"type":"file","path":"README.md","oid":"{{Git("hello")}}","size":5}]""",
                    $"<{stub!.Address}api/models/org/name/tree/{Sha}?recursive=true&cursor=abc>; rel=\"next\"");
            }
        });
        using var client = stub.Client();
        var reading = await client.ListAsync();
        Assert.True(reading.IsGood);
        Assert.True(reading.Manifest!.IsComplete);
        Assert.Equal(RepoVisibility.Public, reading.Manifest.Visibility);
        Assert.Equal([new ManifestFile(Path("README.md"), Git("hello"), 5), new ManifestFile(Path("deep/model.bin"), Lfs("weights"), 7)], reading.Manifest.Files);
    }

    [Fact]
    public async Task Any_range_of_a_file_is_read_also_where_ranges_are_not_known()
    {
        var content = "the content of the file"u8.ToArray();
        using var stub = new StubHub(context => StubHub.File(context, content));
        using var deaf = new StubHub(context => StubHub.Send(context, 200, content));
        using var client = stub.Client();
        using var other = deaf.Client();
        Assert.Equal("the content of the file", await client.ReadAsync("a b/100%.bin", "the content of the file"));
        Assert.Equal("of the", await client.ReadAsync("a b/100%.bin", "the content of the file", new ByteRange(12, 6)));
        Assert.Equal("of the", await other.ReadAsync("a b/100%.bin", "the content of the file", new ByteRange(12, 6)));
        Assert.Equal("file", await client.ReadAsync("a b/100%.bin", "the content of the file", new ByteRange(19, 100)));
        Assert.Equal("", await client.ReadAsync("a b/100%.bin", "the content of the file", new ByteRange(content.Length, 1)));
        Assert.Equal($"/org/name/resolve/{Sha}/a%20b/100%25.bin", stub.Seen.First().Path);
        Assert.Equal([null, "bytes=12-17", "bytes=19-22"], stub.Seen.Select(seen => seen.Range));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_at_that_byte()
    {
        var content = Encoding.UTF8.GetBytes(new string('x', 100_000) + "end");
        StubHub? stub = null;
        using var _ = stub = new StubHub(context =>
        {
            if (stub!.Seen.Count == 1) StubHub.BreakOff(context, content, 60_000);
            else StubHub.File(context, content);
        });
        using var client = stub.Client();
        Assert.Equal(Encoding.UTF8.GetString(content), await client.ReadAsync("x", Encoding.UTF8.GetString(content)));
        // What was on its way when the connection broke may or may not have been read.
        Assert.Equal(2, stub.Seen.Count);
    }

    [Fact]
    public async Task What_may_succeed_later_is_tried_again()
    {
        StubHub? stub = null;
        using var _ = stub = new StubHub(context =>
        {
            switch (stub!.Seen.Count)
            {
                case 1: StubHub.Fail(context, 503); break;
                case 2: StubHub.Fail(context, 429); break;
                case 3: StubHub.BreakOff(context, Encoding.UTF8.GetBytes("""{"sha":"""), 2); break;
                default: StubHub.Json(context, $$"""{"sha":"{{Sha}}","private":false,"gated":false}"""); break;
            }
        });
        using var client = stub.Client();
        Assert.Equal(Commit('a'), (await client.ResolveAsync()).Commit);
        Assert.Equal(4, stub.Seen.Count);
    }

    [Theory]
    [InlineData(404, "RepoNotFound", HubError.RepoNotFound)]
    [InlineData(404, "RevisionNotFound", HubError.RevisionNotFound)]
    [InlineData(404, "EntryNotFound", HubError.EntryNotFound)]
    [InlineData(404, null, HubError.RepoNotFound)]
    [InlineData(401, "RepoNotFound", HubError.Denied)]
    [InlineData(403, null, HubError.Denied)]
    [InlineData(403, "GatedRepo", HubError.Gated)]
    [InlineData(401, "GatedRepo", HubError.Gated)]
    [InlineData(400, null, HubError.Invalid)]
    public async Task Refusals_are_told_apart_and_not_tried_again(int status, string? code, HubError error)
    {
        using var stub = new StubHub(context => StubHub.Fail(context, status, code, $"No {Token} allowed"));
        using var client = stub.Client();
        var failure = await FailsAsync(() => client.ResolveAsync(), error);
        Assert.Contains("org/name@main", failure.Message, StringComparison.Ordinal);
        Assert.Equal(error != HubError.Gated, failure.Message.EndsWith("(No *** allowed)", StringComparison.Ordinal));
        Assert.Single(stub.Seen);
    }

    [Theory]
    [InlineData(429, HubError.Throttled)]
    [InlineData(500, HubError.Transient)]
    [InlineData(504, HubError.Transient)]
    public async Task What_stays_bad_is_given_up(int status, HubError error)
    {
        using var stub = new StubHub(context =>
        {
            context.Response.AddHeader("RateLimit", "\"api\";r=0;t=55");
            StubHub.Fail(context, status);
        });
        using var client = stub.Client(patience: TimeSpan.Zero);
        var failure = await FailsAsync(() => client.ResolveAsync(), error);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(55) : null, failure.RetryAfter);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_or_says_nothing_is_out_of_reach()
    {
        using var silent = new StubHub(_ => { });
        var gone = new StubHub(_ => { });
        gone.Dispose();
        using var toGone = gone.Client(patience: TimeSpan.Zero);
        using var toSilent = silent.Client(patience: TimeSpan.Zero, stallLimit: TimeSpan.FromMilliseconds(50));
        await FailsAsync(() => toGone.ResolveAsync(), HubError.Transient);
        var failure = await FailsAsync(() => toSilent.ResolveAsync(), HubError.Transient);
        Assert.Contains("not a byte moved", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caller_can_end_it()
    {
        using var silent = new StubHub(_ => { });
        using var client = silent.Client();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ResolveAsync(Model, "main", cancelled.Token));
    }

    [Theory]
    [InlineData("https://huggingface.co", "https://huggingface.co/")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080/")]
    [InlineData("https://mirror.example/hf/", "https://mirror.example/hf")]
    [InlineData("huggingface.co", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("https://user:pw@huggingface.co", null)]
    [InlineData("https://huggingface.co?x=1", null)]
    [InlineData("", null)]
    public void Endpoints_are_addresses_of_the_web_without_secrets(string text, string? address)
    {
        Assert.Equal(address is not null, HubClientOptions.TryParseEndpoint(text, out var endpoint, out var reason));
        Assert.Equal(address, endpoint?.ToString());
        Assert.Equal(address is null, reason is not null);
    }
}
