using System.Net;
using System.Net.Sockets;
using System.Collections.Concurrent;

namespace Ferry.Testing.Stores;

/// <summary>
/// A proxy on loopback between a store and its server, which passes requests on as they are, but for those that a fault is planned for. A client's connection has one to
/// the server of its own. Thread-safe.
/// </summary>
public sealed class FaultProxy : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<ProxyFault> _planned = [];
    private readonly ConcurrentDictionary<string, byte[]> _answers = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Begins to accept connections for a server that speaks HTTP without TLS.</summary>
    public FaultProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        Endpoint = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The server's address through this proxy.</summary>
    public Uri Endpoint { get; }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Faults that no request has met. A test that leaves some has shown nothing.</summary>
    public IReadOnlyList<ProxyFault> Waiting
    {
        get
        {
            lock (_planned)
                return [.. _planned];
        }
    }

    /// <summary>Plans faults; each happens to one request, and to each request happens one at most: the first that is for it.</summary>
    public void Plan(params ReadOnlySpan<ProxyFault> faults)
    {
        lock (_planned)
            _planned.AddRange(faults);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        Task.WaitAll([_accepting, .. _connections.Keys], TimeSpan.FromSeconds(10));
        _end.Dispose();
    }

    internal ProxyFault? Take(HttpHead request)
    {
        Interlocked.Increment(ref _requests);
        lock (_planned)
        {
            var index = _planned.FindIndex(fault => fault.IsFor(request));
            if (index < 0) return null;
            var fault = _planned[index];
            if (fault.After == 0) _planned.RemoveAt(index);
            else _planned[index] = fault with { After = fault.After - 1 };
            return fault.After == 0 ? fault : null;
        }
    }

    /// <summary>The whole last answer to the method and path; empty for none.</summary>
    internal byte[] LastAnswer(HttpHead request) => _answers.GetValueOrDefault(Page(request), []);

    internal void Remember(HttpHead request, byte[] answer) => _answers[Page(request)] = answer;

    private static string Page(HttpHead request) => $"{request.Method} {request.Target.Split('?')[0]}";

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                var connection = Task.Run(() => ServeAsync(client));
                _connections[connection] = true;
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = new ProxyConnection(this, client, _server, _end.Token);
        try
        {
            await connection.RunAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone, and so does the other.
        }
    }
}
