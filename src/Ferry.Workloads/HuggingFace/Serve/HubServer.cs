using System.Net;
using System.Net.Sockets;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Serve.Sources;

namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>
/// Answers what the hub's clients ask when they download, on this machine only: with <c>HF_ENDPOINT</c> set to its address they get what the team's bucket and this machine's cache have. It
/// changes nothing, and knows names of contents only: no path of a request is ever one of a file system.
/// </summary>
public sealed class HubServer : IDisposable
{
    private const int MaxAttempts = 20;

    private readonly HttpListener _listener;
    private readonly HubServerOptions _options;
    private readonly ServedRevisions _revisions;
    private readonly IServeObserver _observer;
    private readonly PeerCheck _peers;

    private HubServer(HttpListener listener, Uri address, HubServerOptions options, ServedRevisions revisions, IServeObserver observer) =>
        (_listener, Address, _options, _revisions, _observer, _peers) = (listener, address, options, revisions, observer, new PeerCheck(options.ServesOthers, observer));

    /// <summary>Where it answers, for <c>HF_ENDPOINT</c>.</summary>
    public Uri Address { get; }

    /// <summary>Takes the port.</summary>
    /// <param name="near">This machine's cache.</param>
    /// <param name="far">The team's bucket; null if there is none.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <exception cref="IOException">The port is taken, or is not for this user.</exception>
    public static HubServer Start(IServedHub near, IServedHub? far, HubServerOptions options, IServeObserver observer)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port == 0 ? FindFreePort() : options.Port;
            var address = new Uri($"http://127.0.0.1:{port}");
            var listener = new HttpListener { IgnoreWriteExceptions = false };
            try
            {
                listener.Prefixes.Add(address.AbsoluteUri);
                if (IsThis("localhost"))
                {
                    listener.Prefixes.Add($"http://localhost:{port}/");
                }

                listener.Start();
                return new HubServer(listener, address, options, new ServedRevisions(near, far, options.Time), observer);
            }
            catch (Exception e) when (e is HttpListenerException or SocketException)
            {
                listener.Close();
                // Somebody may take a free port before this does.
                if (options.Port != 0 || attempt == MaxAttempts)
                {
                    throw new IOException($"port {port} of 127.0.0.1: {e.Message}; choose another port, or 0 for any", e);
                }
            }
        }
    }

    /// <summary>Answers until it is cancelled; what is being sent then is broken off.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(_options.Requests);
        // Not Stop: a listener that is closed after that takes the port once more, and it may be another's by then.
        using var stop = cancellation.UnsafeRegister(static state => ((HttpListener)state!).Close(), _listener);
        try
        {
            while (true)
            {
                await places.WaitAsync(cancellation).ConfigureAwait(false);
                if (await TryAcceptAsync().ConfigureAwait(false) is not { } context)
                {
                    places.Release();
                    cancellation.ThrowIfCancellationRequested();
                    throw new IOException($"{Address}: takes no requests any more");
                }

                _ = AnswerAsync(context, places, cancellation);
            }
        }
        finally
        {
            await DrainAsync(places).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    /// <summary>The next request; null once the listener is closed.</summary>
    private async Task<HttpListenerContext?> TryAcceptAsync()
    {
        try
        {
            return await _listener.GetContextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, SemaphoreSlim places, CancellationToken cancellation)
    {
        try
        {
            // The listener's own thread is to wait for the next request meanwhile.
            await Task.Yield();
            using var guard = new StallGuard(_options.StallLimit, _options.Time, cancellation);
            await new HubExchange(context, _revisions, Address, _peers, _observer, guard).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Waits until nobody is being answered any more.</summary>
    private async Task DrainAsync(SemaphoreSlim places)
    {
        for (var i = 0; i < _options.Requests; i++)
        {
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the name is another one for the same address, as it is not where it means IPv6 first.</summary>
    private static bool IsThis(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..] && first.Equals(IPAddress.Loopback);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FindFreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
