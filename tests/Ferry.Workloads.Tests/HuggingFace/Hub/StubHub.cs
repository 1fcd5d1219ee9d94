using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.Workloads.Tests.HuggingFace.Hub;

/// <summary>A request that a stub has seen.</summary>
internal sealed record SeenRequest(string Path, string? Authorization, string? Range);

/// <summary>A server on loopback that answers as a test wants, and remembers what it was asked.</summary>
internal sealed class StubHub : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerContext, Task> _answer;
    private readonly Task _serving;

    public StubHub(Func<HttpListenerContext, Task> answer)
    {
        _answer = answer;
        (_listener, Address) = Start();
        _serving = Task.Run(ServeAsync);
    }

    public StubHub(Action<HttpListenerContext> answer) : this(context =>
    {
        answer(context);
        return Task.CompletedTask;
    })
    {
    }

    public Uri Address { get; }

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>What went wrong in the stub itself.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public static void Json(HttpListenerContext context, string json, string? link = null)
    {
        if (link is not null) context.Response.AddHeader("Link", link);
        Send(context, 200, Encoding.UTF8.GetBytes(json));
    }

    public static void Redirect(HttpListenerContext context, string location)
    {
        context.Response.StatusCode = 302;
        context.Response.AddHeader("Location", location);
        context.Response.Close();
    }

    public static void Fail(HttpListenerContext context, int status, string? code = null, string? message = null)
    {
        if (code is not null) context.Response.AddHeader("X-Error-Code", code);
        if (message is not null) context.Response.AddHeader("X-Error-Message", message);
        Send(context, status, []);
    }

    /// <summary>A file, or the range of it that was asked for.</summary>
    public static void File(HttpListenerContext context, byte[] content)
    {
        if (context.Request.Headers["Range"] is not { } range)
        {
            Send(context, 200, content);
            return;
        }

        var ends = range["bytes=".Length..].Split('-').Select(int.Parse).ToArray();
        context.Response.AddHeader("Content-Range", $"bytes {ends[0]}-{ends[1]}/{content.Length}");
        Send(context, 206, content[ends[0]..(ends[1] + 1)]);
    }

    public static void Send(HttpListenerContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength64 = body.Length;
        context.Response.OutputStream.Write(body);
        context.Response.Close();
    }

    /// <summary>Promises more than it sends.</summary>
    public static void BreakOff(HttpListenerContext context, byte[] content, int after)
    {
        context.Response.ContentLength64 = content.Length;
        context.Response.OutputStream.Write(content.AsSpan(0, after));
        context.Response.OutputStream.Flush();
        context.Response.Abort();
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private static (HttpListener, Uri) Start()
    {
        // The port may be taken between its choice and its use: then another.
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}/");
            var listener = new HttpListener { IgnoreWriteExceptions = true };
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 5)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            var request = context.Request;
            Seen.Enqueue(new SeenRequest(request.RawUrl!, request.Headers["Authorization"], request.Headers["Range"]));
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await _answer(context);
        }
        catch (Exception e)
        {
            // Not to answer at all would let the client wait for its limit.
            Failures.Enqueue(e);
            context.Response.Abort();
        }
    }
}
