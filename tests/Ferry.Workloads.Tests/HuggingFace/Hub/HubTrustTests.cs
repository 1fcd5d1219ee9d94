using System.Net;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.Hub.HubClientCalls;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Hub;

/// <summary>Where the token goes, where the client lets itself be led, and what it believes.</summary>
public sealed class HubTrustTests
{
    private static readonly string Sha = Commit('a').Hex;

    [Fact]
    public async Task The_token_does_not_follow_a_redirect_to_another_server_nor_back()
    {
        StubHub? hub = null;
        StubHub? cdn = null;
        using var one = cdn = new StubHub(context => StubHub.Redirect(context, $"{hub!.Address}back"));
        using var other = hub = new StubHub(context =>
        {
            if (context.Request.RawUrl == "/back") StubHub.File(context, "content"u8.ToArray());
            else if (context.Request.RawUrl!.StartsWith("/moved", StringComparison.Ordinal)) StubHub.Redirect(context, $"{cdn!.Address}signed?secret=1");
            else StubHub.Redirect(context, "/moved");
        });
        using var client = hub.Client();
        Assert.Equal("ntent", await client.ReadAsync("f", "content", new ByteRange(2, 5)));
        Assert.Equal([$"Bearer {Token}", $"Bearer {Token}", null], hub.Seen.Select(seen => seen.Authorization));
        Assert.Null(Assert.Single(cdn.Seen).Authorization);
        Assert.All(hub.Seen.Concat(cdn.Seen), seen => Assert.Equal("bytes=2-6", seen.Range));
    }

    [Theory]
    [InlineData("https://huggingface.co", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://mirror.example", false)]
    public void The_token_goes_only_where_nobody_listens_in(string address, bool isPrivate) => Assert.Equal(isPrivate, HubAddress.IsPrivateWay(new Uri(address)));

    [Fact]
    public async Task A_token_that_cannot_be_one_is_not_sent()
    {
        using var stub = new StubHub(context => StubHub.Json(context, "{}"));
        using var client = stub.Client("hf_a\r\nX-Evil: 1");
        await FailsAsync(() => client.ResolveAsync(), HubError.Denied);
        Assert.Empty(stub.Seen);
    }

    [Fact]
    public void Options_do_not_show_the_token() =>
        Assert.DoesNotContain(Token, new HubClientOptions { Token = Token, UserAgent = "x" }.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://other.example/x", "from https to http")]
    [InlineData("file:///etc/passwd", "neither https nor http")]
    [InlineData("ftp://other.example/", "neither https nor http")]
    [InlineData("https://user@other.example/", "a user")]
    [InlineData(null, "to no address")]
    public void Redirects_do_not_lead_just_anywhere(string? location, string reason)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Redirect);
        if (location is not null) response.Headers.TryAddWithoutValidation("Location", location);
        var failure = Assert.Throws<HubException>(() => HubConnection.Next(new Uri("https://huggingface.co/x"), response, "place"));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_without_end_are_given_up()
    {
        using var stub = new StubHub(context => StubHub.Redirect(context, context.Request.RawUrl + "x"));
        using var client = stub.Client();
        await FailsAsync(() => client.ResolveAsync(), HubError.Invalid);
        Assert.Equal(11, stub.Seen.Count);
    }

    [Fact]
    public async Task A_listing_does_not_lead_to_another_server_nor_in_circles()
    {
        using var other = new StubHub(context => StubHub.Json(context, "[]"));
        using var away = new StubHub(context => StubHub.Json(context, Entry("a", Git("a").Hex), $"<{other.Address}next>; rel=\"next\""));
        using var empty = new StubHub(context => StubHub.Json(context, "[]", "</again>; rel=\"next\""));
        using var toAway = away.Client();
        using var toEmpty = empty.Client();
        await FailsAsync(() => toAway.ListAsync(), HubError.Invalid);
        await FailsAsync(() => toEmpty.ListAsync(), HubError.Invalid);
        Assert.Empty(other.Seen);
        Assert.Single(empty.Seen);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\\\\b")]
    [InlineData("nul\\u0000")]
    [InlineData("\\ud800")]
    public async Task A_path_that_leads_out_is_refused_and_the_rest_is_not(string path)
    {
        using var stub = new StubHub(context => StubHub.Json(context, $"[{Entry(path, Git("x").Hex)[1..^1]},{Entry("good", Git("good").Hex)[1..^1]}]"));
        using var client = stub.Client();
        var reading = await client.ListAsync();
        Assert.Equal(1, reading.RefusedCount);
        Assert.False(reading.Manifest!.IsComplete);
        Assert.Equal("good", Assert.Single(reading.Manifest.Files).Path.Text);
    }

    [Theory]
    [InlineData("""{"type":"file","path":"a","oid":"zz","size":1}""")]
    [InlineData("""{"type":"file","path":"a","oid":"0000000000000000000000000000000000000000","size":-1}""")]
    [InlineData("""{"type":"file","path":"a","oid":"0000000000000000000000000000000000000000","size":1e99}""")]
    [InlineData("""{"type":"file","path":"a","oid":"0000000000000000000000000000000000000000","size":1,"lfs":{"oid":"../../x","size":1}}""")]
    [InlineData("""{"type":"file","path":"a","oid":"0000000000000000000000000000000000000000","size":1,"lfs":{}}""")]
    [InlineData("""{"type":["file"],"path":{"a":1},"oid":[],"size":{}}""")]
    [InlineData("{}")]
    public async Task A_file_without_a_right_content_is_refused(string entry)
    {
        using var stub = new StubHub(context => StubHub.Json(context, $"[{entry}]"));
        using var client = stub.Client();
        var reading = await client.ListAsync();
        Assert.Equal(1, reading.RefusedCount);
        Assert.Empty(reading.Manifest!.Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[[")]
    [InlineData("[1]")]
    [InlineData("{\"sha\":\"main\"}")]
    [InlineData("{\"sha\":null,\"private\":false}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"sha\":\"aaaa")]
    public async Task What_is_no_answer_of_the_hub_is_refused(string json)
    {
        using var stub = new StubHub(context => StubHub.Json(context, json));
        using var client = stub.Client();
        await FailsAsync(() => client.ResolveAsync(), HubError.Invalid);
        await FailsAsync(() => client.ListAsync(), HubError.Invalid);
    }

    [Fact]
    public async Task Damaged_answers_end_in_a_clear_error_or_none()
    {
        var json = Encoding.UTF8.GetBytes(Entry("model.bin", Git("x").Hex)[..^2] + $",\"lfs\":{{\"oid\":\"{Lfs("weights")}\",\"size\":7,\"pointerSize\":130}}}}]");
        var random = new Random(7);
        var body = json;
        using var stub = new StubHub(context => StubHub.Send(context, 200, body));
        using var client = stub.Client();
        for (var i = 0; i < 300; i++)
        {
            body = [.. json];
            for (var j = 0; j < 3; j++) body[random.Next(body.Length)] = (byte)random.Next(256);
            try
            {
                var reading = await client.ListAsync();
                Assert.True(reading.RefusedCount + reading.Manifest!.Files.Count <= 1);
            }
            catch (HubException e)
            {
                Assert.Equal(HubError.Invalid, e.Error);
            }
        }
    }

    [Fact]
    public async Task A_file_of_another_size_or_in_another_range_is_refused()
    {
        using var stub = new StubHub(context =>
        {
            context.Response.AddHeader("Content-Range", "bytes 0-6/7");
            StubHub.Send(context, 206, "content"u8.ToArray());
        });
        using var client = stub.Client();
        await FailsAsync(() => client.ReadAsync("f", "content", new ByteRange(3, 4)), HubError.Invalid);
        await FailsAsync(() => client.ReadAsync("f", "content", bytes: 8), HubError.Invalid);
    }

    [Theory]
    [InlineData("""{"private":false,"gated":false}""", RepoVisibility.Public)]
    [InlineData("""{"private":false,"gated":"auto"}""", RepoVisibility.Gated)]
    [InlineData("""{"private":false,"gated":"manual"}""", RepoVisibility.Gated)]
    [InlineData("""{"private":false,"gated":"a later word"}""", RepoVisibility.Gated)]
    [InlineData("""{"private":true,"gated":false}""", RepoVisibility.Private)]
    [InlineData("""{"private":false}""", RepoVisibility.Unknown)]
    [InlineData("""{"gated":false}""", RepoVisibility.Unknown)]
    [InlineData("""{"private":"no","gated":false}""", RepoVisibility.Unknown)]
    [InlineData("""{"private":false,"gated":0}""", RepoVisibility.Unknown)]
    public async Task Only_a_clear_word_makes_a_repository_public(string json, RepoVisibility visibility)
    {
        using var stub = new StubHub(context => StubHub.Json(context, $$"""{"sha":"{{Sha}}",{{json[1..]}}"""));
        using var client = stub.Client();
        Assert.Equal(visibility, await new HubVisibility(client).FindAsync(Model, CancellationToken.None));
    }

    [Theory]
    [InlineData(401, "RepoNotFound", RepoVisibility.Unknown)]
    [InlineData(404, "RepoNotFound", RepoVisibility.Unknown)]
    [InlineData(403, "GatedRepo", RepoVisibility.Gated)]
    [InlineData(403, null, RepoVisibility.Unknown)]
    public async Task A_refusal_does_not_make_a_repository_public(int status, string? code, RepoVisibility visibility)
    {
        using var stub = new StubHub(context => StubHub.Fail(context, status, code));
        using var client = stub.Client();
        Assert.Equal(visibility, await new HubVisibility(client).FindAsync(Model, CancellationToken.None));
    }

    [Fact]
    public async Task A_hub_out_of_reach_is_not_asked_for_each_repository()
    {
        using var stub = new StubHub(context => StubHub.Fail(context, 503));
        using var client = stub.Client(patience: TimeSpan.Zero);
        var source = new HubVisibility(client);
        Assert.Equal(RepoVisibility.Unknown, await source.FindAsync(Model, CancellationToken.None));
        Assert.Equal(RepoVisibility.Unknown, await source.FindAsync(Repo("other"), CancellationToken.None));
        Assert.Single(stub.Seen);
    }

    private static string Entry(string path, string oid) => $$"""[{"type":"file","path":"{{path}}","oid":"{{oid}}","size":1}]""";
}
