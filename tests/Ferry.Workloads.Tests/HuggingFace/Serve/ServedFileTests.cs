using System.Net;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Testing.Stores;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Serve;

/// <summary>Files as clients download them.</summary>
public sealed class ServedFileTests : IDisposable
{
    private static readonly RepoId Model = Repo("org/name");
    private static readonly string Sha = Commit('a').Hex;

    private readonly ServedTeam _served = new();

    public void Dispose() => _served.Dispose();

    [Fact]
    public async Task A_file_has_the_headers_that_clients_keep_it_by()
    {
        _served.Team.Add(Model, 'a', ("model.bin", "weights"), ("config.json", "{}"));
        using var large = await _served.GetAsync("/org/name/resolve/main/model.bin");
        Assert.Equal("weights", await large.Content.ReadAsStringAsync());
        Assert.Equal($"\"{Lfs("weights")}\"", large.Headers.ETag!.Tag);
        Assert.Equal([Sha], large.Headers.GetValues("X-Repo-Commit"));
        Assert.Equal([$"\"{Lfs("weights")}\""], large.Headers.GetValues("X-Linked-Etag"));
        Assert.Equal(["7"], large.Headers.GetValues("X-Linked-Size"));
        Assert.Equal(["bytes"], large.Headers.AcceptRanges);
        Assert.Equal("inline; filename*=UTF-8''model.bin; filename=\"model.bin\";", large.Content.Headers.GetValues("Content-Disposition").Single());

        using var small = await _served.SendAsync(HttpMethod.Head, $"/org/name/resolve/{Sha}/config.json");
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        Assert.Equal(2, small.Content.Headers.ContentLength);
        Assert.Equal($"\"{Git("{}")}\"", small.Headers.ETag!.Tag);
        Assert.False(small.Headers.Contains("X-Linked-Etag"));
        Assert.Equal("", await small.Content.ReadAsStringAsync());
        // The connection is fit for the next request.
        Assert.Equal("{}", await _served.TextAsync("/org/name/resolve/HEAD/config.json"));
    }

    [Fact]
    public async Task What_git_has_of_a_file_is_its_pointer_where_LFS_has_the_content()
    {
        _served.Team.Add(Model, 'a', ("model.bin", "weights"), ("config.json", "{}"));
        Assert.Equal($"version https://git-lfs.github.com/spec/v1\noid sha256:{Lfs("weights")}\nsize 7\n", await _served.TextAsync("/org/name/raw/main/model.bin"));
        Assert.Equal("{}", await _served.TextAsync("/org/name/raw/main/config.json"));
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "0", "bytes 0-0/10")]
    [InlineData("bytes=3-5", 206, "345", "bytes 3-5/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=8-100", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-100", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=10-", 416, "", "bytes */10")]
    [InlineData("bytes=-0", 416, "", "bytes */10")]
    [InlineData("bytes=0-1,3-4", 200, "0123456789", null)]
    [InlineData("bytes=5-3", 200, "0123456789", null)]
    [InlineData("bytes=x-3", 200, "0123456789", null)]
    [InlineData("bytes=99999999999999999999-", 200, "0123456789", null)]
    [InlineData("chars=0-1", 200, "0123456789", null)]
    [InlineData("bytes=-", 200, "0123456789", null)]
    public async Task Ranges_are_what_was_asked_for(string range, int status, string content, string? sent)
    {
        _served.Team.Add(Model, 'a', ("digits", "0123456789"));
        using var response = await _served.GetAsync("/org/name/resolve/main/digits", ("Range", range));
        Assert.Equal((status, content), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(sent, response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task What_a_client_has_is_not_sent_again()
    {
        _served.Team.Add(Model, 'a', ("file", "content"));
        using var same = await _served.GetAsync("/org/name/resolve/main/file", ("If-None-Match", $"\"x\", \"{Git("content")}\""));
        Assert.Equal((HttpStatusCode.NotModified, ""), (same.StatusCode, await same.Content.ReadAsStringAsync()));
        using var other = await _served.GetAsync("/org/name/resolve/main/file", ("If-None-Match", "\"x\""), ("If-Range", "\"x\""), ("Range", "bytes=1-1"));
        Assert.Equal((HttpStatusCode.OK, "content"), (other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task An_empty_file_tells_its_size_in_each_way_that_clients_look_for()
    {
        _served.Team.Add(Model, 'a', ("empty", ""));
        using var response = await _served.GetAsync("/org/name/resolve/main/empty", ("Range", "bytes=0-0"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Equal("bytes */0", response.Content.Headers.GetValues("Content-Range").Single());
    }

    [Theory]
    [InlineData("/org/other/resolve/main/file", "RepoNotFound")]
    [InlineData("/datasets/org/name/resolve/main/file", "RepoNotFound")]
    [InlineData("/org/name/resolve/dev/file", "RevisionNotFound")]
    [InlineData("/org/name/resolve/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/file", "RevisionNotFound")]
    [InlineData("/org/name/resolve/main/other", "EntryNotFound")]
    [InlineData("/org/name/resolve/main/file/below", "EntryNotFound")]
    public async Task What_is_not_there_is_said_as_the_hub_says_it(string path, string code)
    {
        _served.Team.Add(Model, 'a', ("file", "content"));
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var response = await _served.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal([code], response.Headers.GetValues("X-Error-Code"));
            Assert.Equal(code == "EntryNotFound", response.Headers.Contains("X-Repo-Commit"));
        }
    }

    [Fact]
    public async Task That_a_revision_lacks_a_file_is_not_certain_where_it_may_have_more()
    {
        _served.Team.Add(new RepoManifest { Repo = Model, Revision = Commit('a'), Files = [_served.Team.Put("file", "content")], IsComplete = false });
        using var response = await _served.GetAsync("/org/name/resolve/main/other");
        Assert.Equal(["EntryNotFound"], response.Headers.GetValues("X-Error-Code"));
        Assert.False(response.Headers.Contains("X-Repo-Commit"));
    }

    [Fact]
    public async Task A_wrong_content_never_ends_as_if_it_were_whole()
    {
        var right = new string('x', 1_000_000);
        var manifest = _served.Team.Add(Model, 'a', ("small.bin", "content"), ("large.bin", right));
        _served.Team.Write(_served.Team.Bucket.Keys.Blob(manifest.Files[0].Blob), "CONTENT"u8);
        _served.Team.Write(_served.Team.Bucket.Keys.Blob(manifest.Files[1].Blob), Encoding.UTF8.GetBytes(right[..^1] + "y"));
        using var small = await _served.GetAsync("/org/name/resolve/main/small.bin");
        Assert.Equal(HttpStatusCode.BadGateway, small.StatusCode);
        Assert.False(small.Headers.Contains("ETag"));
        await Assert.ThrowsAsync<HttpRequestException>(() => _served.TextAsync("/org/name/resolve/main/large.bin"));
        // The client sees the end before the server has told of it.
        await _served.EndAsync();
        Assert.Equal(2, _served.Failures.Count);
        Assert.All(_served.Failures, failure => Assert.Contains("not what its name says", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_bucket_lacks_or_has_in_another_size_is_a_failure_of_its_own()
    {
        var manifest = _served.Team.Add(Model, 'a', ("gone", "gone"), ("short", "short"), ("good", "good"));
        _served.Team.Remove(_served.Team.Bucket.Keys.Blob(manifest.Files[0].Blob));
        _served.Team.Write(_served.Team.Bucket.Keys.Blob(manifest.Files[1].Blob), "sho"u8);
        using var gone = await _served.GetAsync("/org/name/resolve/main/gone");
        using var cut = await _served.GetAsync("/org/name/resolve/main/short");
        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway), (gone.StatusCode, cut.StatusCode));
        Assert.Equal("good", await _served.TextAsync("/org/name/resolve/main/good"));
    }

    [Fact]
    public async Task A_bucket_that_breaks_off_breaks_the_answer_off()
    {
        _served.Team.Add(Model, 'a', ("large.bin", new string('x', 1_000_000)));
        Assert.Equal(1_000_000, (await _served.TextAsync("/org/name/resolve/main/large.bin")).Length);
        _served.Team.Faulty.Plan(StoreCall.Read, PlannedFault.Break(500_000));
        await Assert.ThrowsAsync<HttpRequestException>(() => _served.TextAsync("/org/name/resolve/main/large.bin"));
    }

    [Fact]
    public async Task Contents_and_whole_commits_of_the_cache_are_not_asked_of_the_bucket()
    {
        _served.Team.Add(Model, 'a', ("file", "content"), ("deep/large.bin", "weights"));
        await _served.Team.PullAsync("org/name");
        Directory.Delete(_served.Team.Tree["store/team"], recursive: true);
        Assert.Equal("weights", await _served.TextAsync("/org/name/resolve/main/deep/large.bin"));
        Assert.Equal("content", await _served.TextAsync($"/org/name/resolve/{Sha}/file"));
    }

    [Fact]
    public async Task A_ref_that_moved_in_the_bucket_is_served_as_it_is_there()
    {
        _served.Team.Add(Model, 'a', ("file", "old"));
        await _served.Team.PullAsync("org/name");
        _served.Team.Add(Model, 'b', ("file", "new"));
        Assert.Equal("new", await _served.TextAsync("/org/name/resolve/main/file"));
        Assert.Equal("old", await _served.TextAsync($"/org/name/resolve/{Sha}/file"));
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_given_up()
    {
        using var served = new ServedTeam(new HubServerOptions { StallLimit = TimeSpan.FromSeconds(2), Requests = 1 });
        served.Team.Add(Model, 'a', ("large.bin", new string('x', 40_000_000)), ("small", "small"));
        using var stuck = new System.Net.Sockets.TcpClient(served.Address.Host, served.Address.Port);
        stuck.GetStream().Write(Encoding.ASCII.GetBytes($"GET /org/name/resolve/main/large.bin HTTP/1.1\r\nHost: 127.0.0.1:{served.Address.Port}\r\n\r\n"));
        // Served is one at a time: this is answered once the other was given up.
        Assert.Equal("small", await served.TextAsync("/org/name/resolve/main/small"));
    }
}
