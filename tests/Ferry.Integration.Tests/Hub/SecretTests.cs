using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>Keys and tokens are in no output, no file, no object and no command line, however much is said.</summary>
public sealed class SecretTests(CephBucket bucket) : IClassFixture<CephBucket>, IDisposable
{
    private const string Token = "hf_T0kenThatNobodyMaySee0123456789";
    private const string Password = "S3cretThatFitsNowhere+/0123456789";

    private static readonly string[] s_commands =
    [
        "doctor", "push -v -v --json", "push -v -v --verify-remote", "list --remote -v -v", "diff -v -v --json", "pull -v -v org/name --repair", "pull-all -v -v --json",
        "verify --remote -v -v", "gc -v -v", "status -v -v", "prune -v -v --max-gb 50", "pull -v -v nobody/nothing --fallback hf-hub",
    ];

    // What is tried again for long, and what is not.
    private static readonly string[] s_few = ["doctor", "push -v -v", "status -v -v"];

    private readonly HubMachine _machine = new();
    private readonly List<string> _commandLines = [];

    public void Dispose() => _machine.Dispose();

    [RequiresFact("ferry", "s3-ceph", "curl", "bash")]
    public void They_are_nowhere_when_they_come_from_variables()
    {
        var (key, secret) = bucket.Server.Owner;
        MakeRepos();
        var said = RunAll(s_commands, ("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret));
        Assert.Contains("write blobs/", said, StringComparison.Ordinal);
        AssertNowhere(said, secret, Token);

        said = RunAll(s_commands, ("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", Password), ("AWS_SESSION_TOKEN", Token));
        Assert.Contains("ferry: ", said, StringComparison.Ordinal);
        AssertNowhere(said, Password, Token);
    }

    [RequiresFact("ferry", "s3-ceph", "curl", "bash")]
    public void They_are_nowhere_when_they_come_from_the_older_tools_file()
    {
        var (key, secret) = bucket.Server.Owner;
        MakeRepos();
        const string file = "home/.hf-cache-sync.yaml";
        _machine.Tree.Write(file, $$"""
            storage: { endpoint: "{{bucket.Server.Endpoint}}", bucket: {{CephBucket.Name}}, region: us-east-1, access_key: "{{key}}", secret_key: "{{secret}}" }
            team: { prefix: secrets }
            """);
        _machine.Tree.Chmod(file, "600");
        var said = RunAll(s_commands);
        Assert.Contains("source=config", said, StringComparison.Ordinal);
        File.Delete(_machine.Tree[file]);
        AssertNowhere(said, secret, Token);
    }

    [RequiresFact("ferry", "bash")]
    public void They_are_nowhere_when_they_are_for_Azure()
    {
        MakeRepos();
        const string accountKey = "QWNjb3VudEtleVRoYXROb2JvZHlNYXlTZWU=";
        const string signature = "sv=2021&sig=SignatureThatNobodyMaySee%3D";
        var said = RunAll(s_few, ("FERRY_REMOTE_URL", "az://models"), ("AZURE_STORAGE_CONNECTION_STRING", $"BlobEndpoint=http://127.0.0.1:9/acc;AccountName=acc;AccountKey={accountKey}"));
        said += RunAll(
            s_few, ("FERRY_REMOTE_URL", "az://models"), ("AZURE_STORAGE_ACCOUNT", "acc"), ("AZURE_STORAGE_SAS_TOKEN", signature), ("FERRY_REMOTE_ENDPOINT", "http://127.0.0.1:9/acc"));
        Assert.Contains("ferry: ", said, StringComparison.Ordinal);
        AssertNowhere(said, accountKey, "SignatureThatNobodyMaySee");
    }

    [RequiresFact("ferry", "bash")]
    public void They_are_nowhere_when_they_are_put_where_they_do_not_belong()
    {
        MakeRepos();
        foreach (var url in (string[])[$"s3://key:{Password}@bucket", $"https://key:{Password}@host/bucket", $"az://container?sig={Password}"])
            AssertNowhere(RunAll(s_few, ("FERRY_REMOTE_URL", url)), Password);
        AssertNowhere(RunAll(s_few, ("FERRY_REMOTE_URL", "s3://bucket"), ("FERRY_REMOTE_ENDPOINT", $"https://key:{Password}@host")), Password);
        AssertNowhere(RunAll(s_few, ("FERRY_REMOTE_URL", "s3://bucket"), ("AWS_SECRET_ACCESS_KEY", Password)), Password);
    }

    private void MakeRepos() => _machine.MakeRepo("models--org--name", ("config.json", "{}"), ("model.safetensors", new string('w', 100_000)));

    /// <summary>Runs what talks to the store, and returns all that was said.</summary>
    private string RunAll(string[] commands, params (string, string)[] variables)
    {
        (string, string)[] all =
        [
            ("FERRY_REMOTE_TIMEOUT", "2s"), ("B2_ENDPOINT", $"{bucket.Server.Endpoint}"), ("B2_BUCKET", CephBucket.Name), ("B2_REGION", "us-east-1"), ("HF_TOKEN", Token),
            // Nobody is there.
            ("HF_ENDPOINT", "http://127.0.0.1:9"), ("HF_HUB_OFFLINE", "0"), .. variables,
        ];
        var said = new StringBuilder();
        foreach (var command in commands)
        {
            // Nobody waits for a store that is not there as long as a user does.
            said.Append(_machine.Bash($"timeout 10 ferry hf {command} & pid=$!\ncat /proc/*/cmdline 2>/dev/null | tr '\\0' ' ' >> cmdlines || true\nwait $pid || true", all));
            _commandLines.Add(_machine.Tree.ReadText(Path.GetRelativePath(_machine.Tree.Path, Path.Join(_machine.Work, "cmdlines"))));
            File.Delete(Path.Join(_machine.Work, "cmdlines"));
        }

        return said.ToString();
    }

    private void AssertNowhere(string said, params string[] secrets)
    {
        var files = Directory.EnumerateFiles(_machine.Tree.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).ToList();
        Assert.NotEmpty(files);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            Assert.All(_commandLines, lines => Assert.DoesNotContain(secret, lines, StringComparison.Ordinal));
            Assert.All(files, file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file} has a secret in it"));
        }
    }
}
