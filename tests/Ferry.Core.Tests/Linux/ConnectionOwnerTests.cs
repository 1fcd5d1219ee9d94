using System.Net;
using System.Net.Sockets;
using Ferry.Core.Linux;
using Ferry.Testing;

namespace Ferry.Core.Tests.Linux;

public sealed class ConnectionOwnerTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConnectionOwnerTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_connection_of_this_process_is_its_users(AddressFamily family)
    {
        using var client = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        if (family == AddressFamily.InterNetworkV6) client.DualMode = true;
        client.Connect(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)_listener.LocalEndpoint).Port);
        using var server = _listener.AcceptSocket();
        Assert.Equal(PathFacts.EffectiveUserId, ConnectionOwner.Find((IPEndPoint)server.RemoteEndPoint!, (IPEndPoint)server.LocalEndPoint!));
    }

    [RequiresFact("root", "setpriv", "bash")]
    public void A_connection_of_another_user_is_that_users()
    {
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        using var client = RunningTool.Start(
            "setpriv", ["--reuid", "65534", "--clear-groups", "bash", "-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}; read -r line <&3"], new ToolOptions());
        using var server = _listener.AcceptSocket();
        Assert.Equal(65534u, ConnectionOwner.Find((IPEndPoint)server.RemoteEndPoint!, (IPEndPoint)server.LocalEndPoint!));
        server.Close();
        client.Wait();
    }

    [Fact]
    public void What_is_no_connection_is_nobodys() =>
        Assert.Null(ConnectionOwner.Find(new IPEndPoint(IPAddress.Loopback, 1), (IPEndPoint)_listener.LocalEndpoint));
}
