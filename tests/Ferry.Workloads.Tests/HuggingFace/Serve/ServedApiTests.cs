using System.Net;
using System.Text;
using System.Text.Json;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve;
using Ferry.Workloads.HuggingFace.Wire;
using Ferry.Workloads.Tests.HuggingFace.Hub;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Serve;

/// <summary>What clients ask before they download, and what nobody should ask.</summary>
public sealed class ServedApiTests : IDisposable
{
    private static readonly RepoId Model = Repo("org/name");
    private static readonly string Sha = Commit('a').Hex;

    private readonly ServedTeam _served = new();

    public void Dispose() => _served.Dispose();

    [Theory]
    [InlineData("/api/models/org/name")]
    [InlineData("/api/models/org/name/revision/main?expand=sha&expand=siblings")]
    [InlineData("/api/models/org/name/revision/HEAD")]
    [InlineData("/api/models/org/name/revision/refs%2Fpr%2F1")]
    [InlineData("/api/models/org/name/revision/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?blobs=True")]
    public async Task A_revision_is_described(string path)
    {
        _served.Team.Add(_served.Team.Add(Model, 'a', ("a.bin", "weights"), ("b", "b")), "refs/pr/1");
        var info = await JsonAsync(path);
        Assert.Equal(("org/name", Sha), (info.GetProperty("id").GetString(), info.GetProperty("sha").GetString()));
        Assert.Equal((JsonValueKind.False, JsonValueKind.False), (info.GetProperty("private").ValueKind, info.GetProperty("gated").ValueKind));
        var siblings = info.GetProperty("siblings").EnumerateArray().ToArray();
        Assert.Equal(["a.bin", "b"], siblings.Select(sibling => sibling.GetProperty("rfilename").GetString()));
        if (path.Contains("blobs", StringComparison.Ordinal))
        {
            Assert.Equal(Lfs("weights").Hex, siblings[0].GetProperty("lfs").GetProperty("sha256").GetString());
            Assert.Equal(Git("b").Hex, siblings[1].GetProperty("blobId").GetString());
        }
        else
        {
            Assert.False(siblings[0].TryGetProperty("lfs", out _));
        }
    }

    [Theory]
    [InlineData(RepoVisibility.Public, "False False")]
    [InlineData(RepoVisibility.Gated, "False String")]
    [InlineData(RepoVisibility.Private, "True False")]
    [InlineData(RepoVisibility.Unknown, "Null Null")]
    public async Task Who_may_have_it_is_said_as_far_as_it_is_known(RepoVisibility visibility, string kinds)
    {
        _served.Team.Add(new RepoManifest { Repo = Model, Revision = Commit('a'), Files = [_served.Team.Put("f", "f")], Visibility = visibility });
        var info = await JsonAsync("/api/models/org/name/revision/main");
        Assert.Equal(kinds, $"{info.GetProperty("private").ValueKind} {info.GetProperty("gated").ValueKind}");
    }

    [Fact]
    public async Task A_listing_has_files_and_directories_and_git_s_own_names()
    {
        _served.Team.Add(Model, 'a', ("sub/deep/x.bin", "weights"), ("sub/y", "y"), ("z", "z"));
        Assert.Equal(["directory sub", "file z"], await ListAsync("/api/models/org/name/tree/main"));
        Assert.Equal(["directory sub", "directory sub/deep", "file sub/deep/x.bin", "file sub/y", "file z"], await ListAsync("/api/models/org/name/tree/main?recursive=True&expand=False"));
        Assert.Equal(["directory sub/deep", "file sub/y"], await ListAsync("/api/models/org/name/tree/main/sub"));
        Assert.Equal(["file sub/deep/x.bin"], await ListAsync("/api/models/org/name/tree/main/sub%2Fdeep?recursive=true"));
        var entry = (await JsonAsync("/api/models/org/name/tree/main/sub/deep?expand=true"))[0];
        var pointer = $"version https://git-lfs.github.com/spec/v1\noid sha256:{Lfs("weights")}\nsize 7\n";
        Assert.Equal(Git(pointer).Hex, entry.GetProperty("oid").GetString());
        Assert.Equal((Lfs("weights").Hex, 7, pointer.Length),
            (entry.GetProperty("lfs").GetProperty("oid").GetString(), entry.GetProperty("lfs").GetProperty("size").GetInt32(), entry.GetProperty("lfs").GetProperty("pointerSize").GetInt32()));
        Assert.Equal(Sha, entry.GetProperty("lastCommit").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("/api/models/org/name/tree/main/none", "EntryNotFound")]
    [InlineData("/api/models/org/name/tree/main/z", "EntryNotFound")]
    [InlineData("/api/models/org/name/tree/dev", "RevisionNotFound")]
    [InlineData("/api/models/org/none/revision/main", "RepoNotFound")]
    [InlineData("/api/models/org/none/refs", "RepoNotFound")]
    public async Task What_is_not_there_is_said_as_the_hub_says_it(string path, string code)
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        using var response = await _served.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal([code], response.Headers.GetValues("X-Error-Code"));
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task Ferrys_own_client_reads_a_listing_of_many_pages()
    {
        var files = Enumerable.Range(0, 2_500).Select(i => _served.Team.Put($"part-{i / 100}/{i} ä#?.txt", $"{i % 10}")).ToArray();
        var manifest = _served.Team.Add(new RepoManifest { Repo = Model, Revision = Commit('a'), Files = files, Visibility = RepoVisibility.Public, IsComplete = true });
        using var client = new HubClient(new HubClientOptions { Endpoint = _served.Address, UserAgent = "ferry-test" });
        var revision = await client.ResolveAsync("main");
        var listed = await client.ListAsync(revision, CancellationToken.None);
        Assert.True(listed.IsGood);
        Assert.Equal(manifest.Files.OrderBy(file => file.Path.Text, StringComparer.Ordinal), listed.Manifest!.Files);
        Assert.Equal(RepoVisibility.Public, await new HubVisibility(client).FindAsync(Model, CancellationToken.None));
        Assert.Equal(3, _served.Answered.Count(request => request.Path.Contains("/tree/", StringComparison.Ordinal)));
        var last = listed.Manifest.Files[^1];
        await using var stream = await client.OpenAsync(Model, Commit('a'), last, null, CancellationToken.None);
        using var reader = new StreamReader(stream);
        Assert.Equal(last.Blob, Git(await reader.ReadToEndAsync()));
    }

    [Theory]
    [InlineData("""{"paths":["z","sub","none","../x"],"expand":true}""", "application/json", true)]
    [InlineData("paths=z&paths=sub&paths=none&expand=True", "application/x-www-form-urlencoded", true)]
    [InlineData("""{"expand":false,"paths":["z","sub"],"more":{"a":[]}}""", "application/json", false)]
    public async Task Paths_are_described_for_both_clients(string body, string type, bool isExpanded)
    {
        _served.Team.Add(Model, 'a', ("z", "z"), ("sub/y", "y"));
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await _served.Http.PostAsync(new Uri(_served.Address, $"/api/models/org/name/paths-info/{Sha}"), content);
        var entries = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateArray().ToArray();
        Assert.Equal(["file z", "directory sub"], entries.Select(Shown));
        Assert.All(entries, entry => Assert.Equal(isExpanded, entry.TryGetProperty("lastCommit", out _)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{\"paths\":[1]}")]
    [InlineData("{\"paths\":[\"a\"")]
    public async Task A_question_about_paths_that_is_none_is_refused(string body)
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _served.Http.PostAsync(new Uri(_served.Address, "/api/models/org/name/paths-info/main"), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Refs_are_those_of_the_bucket()
    {
        var manifest = _served.Team.Add(Model, 'a', ("z", "z"));
        _served.Team.Add(manifest, "v1.0");
        _served.Team.Add(manifest, "refs/pr/7");
        _served.Team.Add(manifest, "refs/convert/parquet");
        var refs = await JsonAsync("/api/models/org/name/refs?include_prs=1");
        string[] Names(string kind) => [.. refs.GetProperty(kind).EnumerateArray().Select(each => $"{each.GetProperty("name")} {each.GetProperty("ref")} {each.GetProperty("targetCommit")}")];
        Assert.Equal([$"main refs/heads/main {Sha}", $"v1.0 refs/heads/v1.0 {Sha}"], Names("branches"));
        Assert.Equal([$"7 refs/pr/7 {Sha}"], Names("pullRequests"));
        Assert.Equal([$"parquet refs/convert/parquet {Sha}"], Names("converts"));
        Assert.Empty(Names("tags"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//org/name/resolve/main/z")]
    [InlineData("/org/name/resolve/main/")]
    [InlineData("/org/name/resolve/main/../z")]
    [InlineData("/org/name/resolve/main/%2e%2e/z")]
    [InlineData("/org/name/resolve/main/..%2fz")]
    [InlineData("/org/name/resolve/main/%2fetc%2fpasswd")]
    [InlineData("/org/name/resolve/main/a//z")]
    [InlineData("/org/name/resolve/main/z%00")]
    [InlineData("/org/name/resolve/main/%5c..%5cz")]
    [InlineData("/org/name/resolve/main/%zz")]
    [InlineData("/org/name/resolve/main/%ff")]
    [InlineData("/org/name/resolve/%2e%2e%2f%2e%2e/z")]
    [InlineData("/org/%2e%2e/resolve/main/z")]
    [InlineData("/%2e%2e/%2e%2e/resolve/main/z")]
    [InlineData("/org/name/blob/main/z")]
    [InlineData("/api/models")]
    [InlineData("/api/buckets/org/name/tree")]
    [InlineData("/api/models/org/name/xet-read-token/main")]
    [InlineData("/api/models/org/name/revision/main/z")]
    public async Task Addresses_that_are_none_lead_nowhere(string path)
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        var answer = _served.Raw($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{_served.Address.Port}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Equal("z", await _served.TextAsync("/org/name/resolve/main/z"));
    }

    [Theory]
    [InlineData("GET /org/name/resolve/main/z HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "z")]
    [InlineData("GET http://evil.example/org/name/resolve/main/z HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "z")]
    [InlineData("GET /org/name/resolve/main/z HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n", "z")]
    [InlineData("GET /org/name/resolve/main/z HTTP/1.1\r\nConnection: close\r\n\r\n", "z")]
    [InlineData("PUT /org/name/resolve/main/z HTTP/1.1\r\nHost: {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "\r\n\r\nz")]
    [InlineData("DELETE /api/models/org/name HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", Unsaid)]
    [InlineData("POST /api/models/org/name/revision/main HTTP/1.1\r\nHost: {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Unsaid)]
    [InlineData("nonsense\r\n\r\n", Unsaid)]
    public async Task Who_means_another_server_or_wants_to_write_gets_nothing(string request, string content)
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        var answer = _served.Raw(request.Replace("{0}", $"127.0.0.1:{_served.Address.Port}", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.False(answer.EndsWith("\r\n\r\n" + content, StringComparison.Ordinal));
        Assert.DoesNotContain(Sha, answer, StringComparison.Ordinal);
        Assert.Equal("z", await _served.TextAsync("/org/name/resolve/main/z"));
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused()
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        var host = $"Host: 127.0.0.1:{_served.Address.Port}\r\nConnection: close\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 414", _served.Raw($"GET /org/name/resolve/main/z?{new string('x', 10_000)} HTTP/1.1\r\n{host}"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 4", _served.Raw($"GET /{new string('x', 200_000)} HTTP/1.1\r\n{host}"), StringComparison.Ordinal);
        Assert.Equal("z", await _served.TextAsync("/org/name/resolve/main/z"));
    }

    [Fact]
    public async Task Nothing_of_a_request_reaches_the_log_unescaped()
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        _served.Raw($"GET /\u001b]0;x\u0007/%1b[31m HTTP/1.1\r\nHost: 127.0.0.1:{_served.Address.Port}\r\nConnection: close\r\n\r\n");
        Assert.Equal("z", await _served.TextAsync("/org/name/resolve/main/z?token=secret"));
        Assert.All(_served.Answered, request => Assert.DoesNotContain(request.Path, char.IsControl));
        Assert.DoesNotContain(_served.Answered, request => request.Path.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_read_is_no_repository_that_is_not_there()
    {
        _served.Team.Add(Model, 'a', ("z", "z"));
        _served.Team.Write(_served.Team.Bucket.Keys.SharedManifest(Model, Commit('a')), "{"u8);
        _served.Team.Write(_served.Team.Bucket.Keys.OwnManifest(Model, Commit('a')), "{"u8);
        using var response = await _served.GetAsync($"/api/models/org/name/revision/{Sha}");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await _served.EndAsync();
        Assert.Contains("is not JSON", Assert.Single(_served.Failures), StringComparison.Ordinal);
    }

    [RequiresTheory("root", "setpriv", "curl")]
    [InlineData(false, "403")]
    [InlineData(true, "200")]
    public void Other_users_of_the_machine_are_answered_only_if_that_is_wanted(bool servesOthers, string status)
    {
        using var served = new ServedTeam(new HubServerOptions { ServesOthers = servesOthers });
        served.Team.Add(Model, 'a', ("z", "z"));
        string[] ask = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", $"{served.Address}org/name/resolve/main/z"];
        Assert.Equal(status, Tool.Run("setpriv", ["--reuid", "65534", "--clear-groups", .. ask]).Text);
        Assert.Equal("200", Tool.Run(ask[0], ask[1..]).Text);
    }

    [Fact]
    public async Task Nobody_is_logged_in()
    {
        using var response = await _served.GetAsync("/api/whoami-v2", ("Authorization", "Bearer x"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        var e = Assert.Throws<IOException>(() => new ServedTeam(new HubServerOptions { Port = _served.Address.Port }));
        Assert.Contains($"port {_served.Address.Port}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_are_all_answered()
    {
        _served.Team.Add(Model, 'a', ("large.bin", new string('x', 300_000)));
        var lengths = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => (await _served.TextAsync("/org/name/resolve/main/large.bin")).Length));
        Assert.All(lengths, length => Assert.Equal(300_000, length));
    }

    private const string Unsaid = "(nothing is sent that ends like this)";

    private async Task<JsonElement> JsonAsync(string path) => JsonDocument.Parse(await _served.TextAsync(path)).RootElement;

    private async Task<string[]> ListAsync(string path) => [.. (await JsonAsync(path)).EnumerateArray().Select(Shown)];

    private static string Shown(JsonElement entry) => $"{entry.GetProperty("type")} {entry.GetProperty("path")}";
}
