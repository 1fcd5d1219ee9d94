using System.Net;
using System.Net.Sockets;

namespace Ferry.Testing;

/// <summary>Azure Blob Storage on loopback: tests/servers/azure-server (Azurite), one for all tests of a collection. Needs <c>azurite</c> (see <see cref="Requirements"/>).</summary>
public sealed class AzureServer : IDisposable
{
    private readonly TempTree _state = new();
    private readonly Dictionary<string, string> _said;

    public AzureServer() => _said = Start();

    /// <summary>May do everything.</summary>
    public string ConnectionString => _said["AZURE_STORAGE_CONNECTION_STRING"];

    /// <summary>May list and read.</summary>
    public string ReadOnlySignature => _said["AZURE_STORAGE_READONLY_SAS"];

    /// <summary>Might do everything once.</summary>
    public string ExpiredSignature => _said["AZURE_STORAGE_EXPIRED_SAS"];

    /// <summary>Null if it can be started, else why not.</summary>
    internal static string? WhyMissing() => Requirements.WhyMissing("node", "curl", "openssl", "flock") ??
        (File.Exists(Repository.File("tests", "node", "node_modules", "azurite", "package.json")) ? null : "needs Azurite (npm ci --prefix tests/node)");

    public void Dispose()
    {
        Tool.Run(Script, ["stop", _state["server"]]);
        _state.Dispose();
    }

    private static string Script => Repository.File("tests", "servers", "azure-server");

    // The port may be taken between its choice and its use: then another.
    private Dictionary<string, string> Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = Tool.Run(Script, ["start", _state["server"], $"{FreePort()}"]);
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
