using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Ferry.Workloads.HuggingFace.Serve;
using Ferry.Workloads.HuggingFace.Serve.Sources;
using Ferry.Workloads.Tests.HuggingFace.Pull;

namespace Ferry.Workloads.Tests.HuggingFace.Serve;

/// <summary>A team's bucket and a cache, served on loopback.</summary>
internal sealed class ServedTeam : IServeObserver, IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly HubServer _server;
    private readonly Task _running;

    public ServedTeam(HubServerOptions? options = null)
    {
        _server = HubServer.Start(new CacheSource(Team.Hub), new BucketSource(Team.Bucket), options ?? new HubServerOptions(), this);
        _running = _server.RunAsync(_ended.Token);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Address };
    }

    public TeamBucket Team { get; } = new();

    public HttpClient Http { get; }

    public Uri Address => _server.Address;

    public ConcurrentQueue<ServedRequest> Answered { get; } = new();

    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Ends serving, and gives what came of it.</summary>
    public async Task<Exception?> EndAsync()
    {
        await _ended.CancelAsync();
        return await Record.ExceptionAsync(() => _running);
    }

    public void Dispose()
    {
        Assert.IsAssignableFrom<OperationCanceledException>(EndAsync().GetAwaiter().GetResult());
        Http.Dispose();
        _server.Dispose();
        _ended.Dispose();
        Team.Dispose();
    }

    public void OnAnswered(ServedRequest request) => Answered.Enqueue(request);

    public void OnFailed(string path, string reason) => Failures.Enqueue($"{path}: {reason}");

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address.AbsoluteUri.TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers);

    public async Task<string> TextAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(path, headers);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>What the server sends to these bytes, until it closes the connection.</summary>
    public string Raw(string request)
    {
        using var socket = new TcpClient(Address.Host, Address.Port) { ReceiveTimeout = 30_000 };
        using var stream = socket.GetStream();
        stream.Write(Encoding.Latin1.GetBytes(request));
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return Encoding.Latin1.GetString(all.ToArray());
    }
}
