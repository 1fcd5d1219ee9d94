using System.Net;
using System.Net.Sockets;

namespace Ferry.Stores.Tests.Proxy;

/// <summary>
/// Answers each request with the body that it has, or for a GET with the digits of the path's number as often as the number says; with chunks where the query is <c>chunked</c>,
/// a range where the query is <c>range</c>.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<(string Method, string Target, string? Expect, string? Encoding)> _seen = [];

    public EchoServer()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<(string Method, string Target, string? Expect, string? Encoding)> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        lock (_seen)
            _seen.Add((request.HttpMethod, request.RawUrl!, request.Headers["Expect"], request.Headers["Transfer-Encoding"]));
        try
        {
            using var body = new MemoryStream();
            await request.InputStream.CopyToAsync(body);
            var bytes = request.HttpMethod is "GET" or "HEAD" ? Digits(request.Url!.AbsolutePath) : body.ToArray();
            context.Response.SendChunked = request.Url!.Query.Contains("chunked", StringComparison.Ordinal);
            if (request.Url.Query.Contains("range", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 206;
                context.Response.Headers["Content-Range"] = $"bytes 10-{9 + bytes.Length}/1000";
            }
            if (!context.Response.SendChunked) context.Response.ContentLength64 = bytes.Length;
            if (request.HttpMethod != "HEAD" && bytes.Length > 0) await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    /// <summary>/12 gives 12 bytes: 0123456789 again and again.</summary>
    public static byte[] Digits(string path) => [.. Enumerable.Range(0, int.Parse(path.Trim('/'))).Select(i => (byte)('0' + i % 10))];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
