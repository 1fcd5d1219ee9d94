using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.Stores.Tests.S3;

/// <summary>A request as it came.</summary>
/// <param name="Line"><c>PUT /bucket/key HTTP/1.1</c>.</param>
/// <param name="Headers">Lines below it, in one.</param>
/// <param name="Body">The bytes.</param>
public sealed record StubRequest(string Line, string Headers, byte[] Body);

/// <summary>What is answered.</summary>
/// <param name="Status">Such as <c>200 OK</c>.</param>
/// <param name="Body">The bytes.</param>
public sealed record StubAnswer(string Status, string Body = "")
{
    /// <summary>Further headers.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>The length that is promised; that of the body by default.</summary>
    public int? Promised { get; init; }

    /// <summary>Whether nothing follows, and the connection stays open.</summary>
    public bool Hangs { get; init; }

    /// <summary>An error as S3 servers tell it.</summary>
    public static StubAnswer Error(string status, string code, string message = "") =>
        new(status, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
}

/// <summary>Says what a test wants a server to say.</summary>
public sealed class StubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public StubServer(Func<StubRequest, StubAnswer> answer)
    {
        _listener.Start();
        _ = AcceptAsync(answer);
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(Func<StubRequest, StubAnswer> answer)
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = Task.Run(() => TalkAsync(client, answer, _end.Token));
        }
    }

    private static async Task TalkAsync(TcpClient client, Func<StubRequest, StubAnswer> answer, CancellationToken end)
    {
        using var connection = client;
        var stream = client.GetStream();
        var said = answer(await ReceiveAsync(stream, end));
        var body = Encoding.UTF8.GetBytes(said.Body);
        string[] head = [$"HTTP/1.1 {said.Status}", $"Content-Length: {said.Promised ?? body.Length}", "Connection: close", .. said.Headers, "", ""];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", head)), end);
        await stream.WriteAsync(body, end);
        if (said.Hangs) await Task.Delay(Timeout.Infinite, end);
    }

    private static async Task<StubRequest> ReceiveAsync(NetworkStream stream, CancellationToken end)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, end);
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = lines.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, end);
        return new StubRequest(lines[0], string.Join('\n', lines[1..]), body);
    }
}
