using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>The hub's own client pulls through a team's bucket, and what it made is pushed.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly HubMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [RequiresFact("ferry", "node", "npm-packages")]
    public void What_the_hubs_client_downloads_through_the_bucket_can_be_pushed()
    {
        _machine.MakeRepo("models--org--name", ("README.md", "# read me"), ("model.bin", new string('x', 2_000_000)));
        _machine.MakeRepo("datasets--org--data", ("train.csv", "1,2,3\n"));
        _machine.Tree.MakeDirectory("team");
        _machine.Tree.MakeDirectory("other");
        _machine.Tree.Write("team.yaml", $"version: 1\nremote: {{ url: \"file://{_machine.Tree["team"]}\" }}\n");
        _machine.Tree.Write("other.yaml", $"version: 1\nremote: {{ url: \"file://{_machine.Tree["other"]}\" }}\n");
        var result = _machine.Bash("""
            ferry hf push --config "$ROOT/team.yaml"

            exec 3< <(HF_HOME="$ROOT/empty" exec ferry hf serve --config "$ROOT/team.yaml" -v 2>"$ROOT/serve.log")
            served=$!
            read -r url <&3
            export HF_HOME="$ROOT/client" HF_ENDPOINT="$url"
            unset HF_HUB_OFFLINE
            node "$SCRIPTS/hf-download.mjs" models/org/name datasets/org/data
            ferry hf push --config "$ROOT/other.yaml"
            kill -TERM "$served"
            wait "$served" || echo "serve ended with $?"
            """, ("ROOT", _machine.Tree.Path), ("SCRIPTS", Repository.File("tests", "node"))).OrThrow();
        Assert.Contains("serve ended with 143", result.Lines);
        Assert.Equal(Objects("team"), Objects("other"));
        Assert.Contains("GET /org/name/resolve/", _machine.Tree.ReadText("serve.log"), StringComparison.Ordinal);
    }

    /// <summary>All that a bucket has, but for manifests, which say who wrote them and what was known.</summary>
    private string[] Objects(string bucket) =>
        [.. _machine.Tree.Files(bucket).Select(path => path.StartsWith("manifests/", StringComparison.Ordinal) ? path : $"{path} {_machine.Tree.ReadText($"{bucket}/{path}").GetHashCode(StringComparison.Ordinal)}")];
}
