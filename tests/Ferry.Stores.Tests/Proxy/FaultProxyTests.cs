using System.Net;
using Ferry.Testing.Stores;

namespace Ferry.Stores.Tests.Proxy;

public sealed class FaultProxyTests : IDisposable
{
    private readonly EchoServer _server = new();
    private readonly FaultProxy _proxy;
    private readonly HttpClient _client;
    private int _connections;

    public FaultProxyTests()
    {
        _proxy = new FaultProxy(_server.Address);
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref _connections);
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = _proxy.Endpoint, Timeout = TimeSpan.FromSeconds(60) };
    }

    public void Dispose()
    {
        _client.Dispose();
        _proxy.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("/0")]
    [InlineData("/1")]
    [InlineData("/300000")]
    [InlineData("/0?chunked")]
    [InlineData("/300000?chunked")]
    [InlineData("/7?a%20b=%2F+c")]
    public async Task Answers_come_as_they_are(string target)
    {
        for (var i = 0; i < 3; i++) Assert.Equal(EchoServer.Digits(target.Split('?')[0]), await _client.GetByteArrayAsync(target));
        Assert.All(_server.Seen, request => Assert.Equal(target, request.Target));
        Assert.Equal(1, _connections);
        Assert.Equal(3, _proxy.Requests);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(500_000, false, false)]
    [InlineData(500_000, true, false)]
    [InlineData(500_000, false, true)]
    [InlineData(500_000, true, true)]
    public async Task Requests_go_as_they_are(int length, bool chunked, bool expects)
    {
        var body = EchoServer.Digits($"/{length}");
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/key") { Content = new ByteArrayContent(body) };
            if (chunked) request.Headers.TransferEncodingChunked = true;
            request.Headers.ExpectContinue = expects;
            using var answer = await _client.SendAsync(request);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
        }
        Assert.All(_server.Seen, request => Assert.Equal((expects ? "100-continue" : null, chunked ? "chunked" : null), (request.Expect, request.Encoding?.ToLowerInvariant())));
        Assert.Equal(1, _connections);
    }

    [Fact]
    public async Task A_head_has_a_length_and_no_body()
    {
        for (var i = 0; i < 2; i++)
        {
            using var answer = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/1234"));
            Assert.Equal(1234, answer.Content.Headers.ContentLength);
        }
        Assert.Equal(1, _connections);
    }

    [Fact]
    public async Task An_answer_is_planned_for_the_requests_that_are_meant()
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.Answer) { Method = "PUT", Target = "/key", After = 1, Status = 503, Body = "<Code>SlowDown</Code>", RetryAfter = 7 });
        using var other = await _client.GetAsync("/10");
        using var first = await _client.PutAsync("/key", new ByteArrayContent(new byte[100_000]));
        using var second = await _client.PutAsync("/key", new ByteArrayContent(new byte[100_000]));
        using var third = await _client.PutAsync("/key", new ByteArrayContent(new byte[100_000]));
        Assert.Equal([200, 200, 503, 200], [(int)other.StatusCode, (int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode]);
        Assert.Equal(TimeSpan.FromSeconds(7), second.Headers.RetryAfter?.Delta);
        Assert.Equal("<Code>SlowDown</Code>", await second.Content.ReadAsStringAsync());
        Assert.Equal(3, _server.Seen.Count);
        Assert.Empty(_proxy.Waiting);
    }

    [Fact]
    public async Task A_fault_that_nobody_met_is_still_waiting()
    {
        var fault = new ProxyFault(ProxyFaultKind.Answer) { Method = "DELETE" };
        _proxy.Plan(fault);
        await _client.GetByteArrayAsync("/1");
        Assert.Equal(fault, Assert.Single(_proxy.Waiting));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    public async Task A_reset_of_a_request_leaves_the_server_without_its_end(int at)
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.ResetRequest) { At = at });
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PutAsync("/key", new ByteArrayContent(new byte[1_000_000])));
        using var again = await _client.PutAsync("/key", new ByteArrayContent([1, 2]));
        Assert.Equal([1, 2], await again.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(ProxyFaultKind.ResetAnswer, "/200000", 0)]
    [InlineData(ProxyFaultKind.ResetAnswer, "/200000", 150_000)]
    [InlineData(ProxyFaultKind.TruncateAnswer, "/200000", 0)]
    [InlineData(ProxyFaultKind.TruncateAnswer, "/200000", 199_999)]
    [InlineData(ProxyFaultKind.TruncateAnswer, "/200000?chunked", 100_000)]
    public async Task An_answer_that_is_cut_has_its_head_and_not_its_end(ProxyFaultKind kind, string target, int at)
    {
        _proxy.Plan(new ProxyFault(kind) { At = at });
        using var answer = await _client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var body = await answer.Content.ReadAsStreamAsync();
        using var read = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(read));
        // A reset may overtake what was sent before it.
        if (kind == ProxyFaultKind.TruncateAnswer) Assert.Equal(at, read.Length);
        Assert.Equal(200_000, (await _client.GetByteArrayAsync(target)).Length);
    }

    [Theory]
    [InlineData("/300000", 0)]
    [InlineData("/300000", 299_999)]
    [InlineData("/300000?chunked", 123_456)]
    public async Task One_bit_of_an_answer_is_turned_over(string target, int at)
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.FlipAnswerBit) { At = at });
        var expected = EchoServer.Digits("/300000");
        expected[at] ^= 1;
        Assert.Equal(expected, await _client.GetByteArrayAsync(target));
        Assert.Equal(EchoServer.Digits("/300000"), await _client.GetByteArrayAsync(target));
    }

    [Fact]
    public async Task One_bit_of_a_request_is_turned_over()
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.FlipRequestBit) { At = 1 });
        using var answer = await _client.PutAsync("/key", new ByteArrayContent([1, 2, 3]));
        Assert.Equal([1, 3, 3], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_is_moved()
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.WrongRange));
        using var wrong = await _client.GetAsync("/5?range");
        using var right = await _client.GetAsync("/5?range");
        Assert.Equal("bytes 11-15/1000", wrong.Content.Headers.ContentRange?.ToString());
        Assert.Equal("bytes 10-14/1000", right.Content.Headers.ContentRange?.ToString());
        Assert.Equal("01234", await wrong.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_stall_lasts_until_the_client_gives_up()
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.Stall) { At = 3 });
        using var answer = await _client.GetAsync("/5", HttpCompletionOption.ResponseHeadersRead);
        using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[3]);
        using var cancel = new CancellationTokenSource();
        var more = body.ReadAsync(new byte[1], cancel.Token).AsTask();
        Assert.False(more.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
        Assert.Equal("01234", await _client.GetStringAsync("/5"));
    }

    [Fact]
    public async Task A_page_comes_twice()
    {
        _proxy.Plan(new ProxyFault(ProxyFaultKind.Repeat) { Target = "marker" });
        Assert.Equal("01234", await _client.GetStringAsync("/5"));
        Assert.Equal("01234", await _client.GetStringAsync("/5?marker"));
        Assert.Equal(["/5"], _server.Seen.Select(request => request.Target));
    }
}
