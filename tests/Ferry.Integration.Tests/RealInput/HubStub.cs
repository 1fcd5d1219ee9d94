using Ferry.Testing;

namespace Ferry.Integration.Tests.RealInput;

/// <summary>A model hub on loopback with two repositories, and the hub's own client to fill and read caches.</summary>
internal sealed class HubStub : IDisposable
{
    private readonly TempTree _files = new();
    private readonly RunningTool _server;
    private readonly string _url;

    public HubStub()
    {
        WriteRepositories();
        // The server writes its address to a file: its output is read only once it ended.
        var address = _files["address"];
        _server = RunningTool.Start(
            "bash", ["-c", "exec node \"$0\" \"$1\" > \"$2\"", Script("hub-stub.mjs"), _files["hub"], address],
            new ToolOptions { Timeout = TimeSpan.FromMinutes(10) });
        _url = WaitForAddress(address);
    }

    /// <summary>Downloads everything into <paramref name="home"/>, an HF_HOME: two revisions of a model, one of a dataset.</summary>
    public void Download(string home) => Node(
        "hf-download.mjs", home, ["models/acme/tiny@main", "models/acme/tiny@v1.0", "datasets/acme/words"], ("HF_ENDPOINT", _url));

    /// <summary>Reads every file of an HF_HOME through the client, without a server: digests and names.</summary>
    public static string[] Read(string home) => Node("hf-read.mjs", home, []).Lines;

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    private static string Script(string name) => Repository.File("tests", "node", name);

    private static ToolResult Node(string script, string home, string[] args, params (string Name, string Value)[] variables)
    {
        var env = variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
        env["HF_HOME"] = home;
        env["HOME"] = home;
        return Tool.Run("node", [Script(script), .. args], new ToolOptions { CleanEnv = true, Env = env }).OrThrow();
    }

    private void WriteRepositories()
    {
        foreach (var branch in new[] { "main", "v1.0" })
        {
            var model = $"hub/models/acme/tiny/{branch}";
            _files.WriteRandom($"{model}/model.safetensors", 12_000_000);
            _files.Write($"{model}/config.json", "{\"hidden_size\": 8}\n");
            _files.Write($"{model}/README.md", $"# tiny {branch}\n");
            _files.Write($"{model}/onnx/model.json", $"{{\"branch\": \"{branch}\"}}\n");
        }
        _files.WriteRandom("hub/models/acme/tiny/main/model-2.safetensors", 3_000_000, seed: 2);
        for (var i = 0; i < 20; i++) _files.WriteRandom($"hub/datasets/acme/words/main/data/part-{i:d3}.csv", 1_000 + i * 100, seed: i);
    }

    private string WaitForAddress(string file)
    {
        for (var waited = 0; waited < 300; waited++)
        {
            if (File.Exists(file) && File.ReadAllText(file).TrimEnd() is { Length: > 0 } line) return line["HUB_URL=".Length..];
            if (_server.HasExited) break;
            Thread.Sleep(100);
        }
        _server.Signal(15);
        throw new InvalidOperationException($"the hub stub did not start: {_server.Wait()}");
    }
}
