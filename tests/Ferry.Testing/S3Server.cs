using System.Net;
using System.Net.Sockets;

namespace Ferry.Testing;

/// <summary>A real S3 server on loopback: tests/servers/s3-server (Ceph) or s3-swift-server (Swift), one for all tests of a collection.</summary>
public sealed class S3Server : IDisposable
{
    private readonly TempTree _state = new(onDisk: true);
    private readonly string _script;
    private readonly Dictionary<string, string> _said;

    private S3Server(string script)
    {
        _script = script;
        _said = Start();
    }

    /// <summary>Where it answers.</summary>
    public Uri Endpoint => new(_said["S3_ENDPOINT"]);

    /// <summary>Where Ceph answers with TLS, and the file of the certificate that vouches for it.</summary>
    public (Uri Endpoint, string Certificate) Tls => (new(_said["S3_TLS_ENDPOINT"]), _said["S3_TLS_CA"]);

    /// <summary>May do everything in its own account.</summary>
    public (string AccessKey, string SecretKey) Owner => (_said["AWS_ACCESS_KEY_ID"], _said["AWS_SECRET_ACCESS_KEY"]);

    /// <summary>May read what the owner has.</summary>
    public (string AccessKey, string SecretKey) Reader => (_said["S3_READONLY_ACCESS_KEY_ID"], _said["S3_READONLY_SECRET_ACCESS_KEY"]);

    /// <summary>Belongs to another account.</summary>
    public (string AccessKey, string SecretKey) Stranger => (_said["S3_OTHER_ACCESS_KEY_ID"], _said["S3_OTHER_SECRET_ACCESS_KEY"]);

    internal static string CephScript => Repository.File("tests", "servers", "s3-server");

    internal static string SwiftScript => Repository.File("tests", "servers", "s3-swift-server");

    /// <summary>Starts Ceph. The tests need <c>s3-ceph</c> (see <see cref="Requirements"/>).</summary>
    public static S3Server StartCeph() => new(CephScript);

    /// <summary>Starts Swift. The tests need <c>s3-swift</c>.</summary>
    public static S3Server StartSwift() => new(SwiftScript);

    public void Dispose()
    {
        Tool.Run(_script, ["stop", _state["server"]]);
        _state.Dispose();
    }

    /// <summary>The port may be taken between its choice and its use: then another.</summary>
    private Dictionary<string, string> Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var options = new ToolOptions { Timeout = TimeSpan.FromMinutes(3), Env = new Dictionary<string, string?> { ["S3_TLS_PORT"] = $"{FreePort()}" } };
            var result = Tool.Run(_script, ["start", _state["server"], $"{FreePort()}"], options);
            if (result.ExitCode != 0 && attempt < 3 && result.Stderr.Contains("is in use", StringComparison.Ordinal)) continue;
            return result.OrThrow().Lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
