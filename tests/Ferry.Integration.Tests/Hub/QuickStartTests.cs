using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>The older tool's quick start, line by line, on a real server: with variables, and with its file.</summary>
public sealed class QuickStartTests(CephBucket bucket) : IClassFixture<CephBucket>, IDisposable
{
    private const string Alias = "alias hf-cache-sync='ferry hf'\n";

    private readonly HubMachine _machine = new();
    private readonly HubMachine _other = new();

    public void Dispose()
    {
        _machine.Dispose();
        _other.Dispose();
    }

    [RequiresFact("ferry", "s3-ceph", "curl", "bash")]
    public void It_works_with_variables_alone()
    {
        _machine.MakeRepo("models--mistralai--Mistral-7B-v0.1", ("config.json", "{}"), ("model.safetensors", "weights"));
        File.Copy(Repository.File("examples", "hf", ".env.example"), Path.Join(_machine.Work, ".env.example"));
        var (key, secret) = bucket.Server.Owner;
        var edit = $"sed -i -e 's|^B2_APPLICATION_KEY_ID=.*|&{key}|' -e 's|^B2_APPLICATION_KEY=.*|&{secret}|'"
            + $" -e 's|^B2_ENDPOINT=.*|&{bucket.Server.Endpoint}|' -e 's|^B2_BUCKET=.*|&{CephBucket.Name}|' -e 's|^B2_REGION=.*|&us-east-1|' .env\n";
        var load = "export $(grep -v '^#' .env | xargs)\n";

        var first = _machine.Bash(Alias + "cp .env.example .env\n" + edit + load + "hf-cache-sync doctor\nhf-cache-sync push -v -v\nhf-cache-sync diff\n").OrThrow();
        Assert.Contains("source=b2_env", first.Text, StringComparison.Ordinal);
        Assert.Contains("1 in-sync, 0 local-only, 0 remote-only, 0 partial.", first.Text, StringComparison.Ordinal);

        File.Copy(Path.Join(_machine.Work, ".env"), Path.Join(_other.Work, ".env"));
        var second = _other.Bash(Alias + load + "hf-cache-sync pull mistralai/Mistral-7B-v0.1\nhf-cache-sync list\nhf-cache-sync prune --max-gb 50\n").OrThrow();
        Assert.Equal("weights", _other.Tree.ReadText($"home/.cache/huggingface/hub/models--mistralai--Mistral-7B-v0.1/snapshots/{HubMachine.Commit}/model.safetensors"));
        Assert.Equal(HubMachine.Commit, _other.Tree.ReadText("home/.cache/huggingface/hub/models--mistralai--Mistral-7B-v0.1/refs/main"));
        Assert.Contains("Nothing to remove: ", second.Text, StringComparison.Ordinal);
        foreach (var said in new[] { first, second })
        {
            Assert.DoesNotContain(secret, said.ToString(), StringComparison.Ordinal);
        }
    }

    [RequiresFact("ferry", "s3-ceph", "curl", "bash")]
    public void It_works_with_the_file_that_init_makes()
    {
        _machine.MakeRepo("datasets--team--words", ("data.csv", "a,b"));
        var (key, secret) = bucket.Server.Owner;
        var edit = $"sed -i -e 's|endpoint: .*|endpoint: {bucket.Server.Endpoint}|' -e 's|bucket: .*|bucket: {CephBucket.Name}|' -e 's|region: .*|region: us-east-1|'"
            + $" -e 's|access_key: .*|access_key: \"{key}\"|' -e 's|secret_key: .*|secret_key: \"{secret}\"|' -e 's|prefix: .*|prefix: team-b|' .hf-cache-sync.yaml\n";

        var said = _machine.Bash(Alias + "hf-cache-sync init\n" + edit + "hf-cache-sync doctor\nhf-cache-sync push\nhf-cache-sync list --remote\n").OrThrow();

        Assert.Contains("source=config", said.Text, StringComparison.Ordinal);
        Assert.Contains($"{bucket.Server.Endpoint}".TrimEnd('/'), said.Text, StringComparison.Ordinal);
        Assert.Contains(".hf-cache-sync.yaml:2:13)", said.Text, StringComparison.Ordinal);
        Assert.Contains("datasets/team/words", said.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mistralai", said.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, said.ToString(), StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "bash")]
    public void A_name_that_is_nearly_right_gets_the_right_one()
    {
        _machine.MakeRepo("models--mistralai--Mistral-7B-v0.1", ("config.json", "{}"));
        var store = ("FERRY_REMOTE_URL", "file://" + _machine.Tree.MakeDirectory("store"));
        _machine.Bash("ferry hf push", store).OrThrow();
        var pull = _other.Bash("ferry hf pull mistralai/Mistral-7B-v1.0", store);
        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("did you mean 'mistralai/Mistral-7B-v0.1'?", pull.Stderr, StringComparison.Ordinal);
        var push = _machine.Bash("ferry hf push mistralai/Mistral-7B-v1.0", store);
        Assert.Equal(2, push.ExitCode);
        Assert.Contains("did you mean 'mistralai/Mistral-7B-v0.1'?", push.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "s3-ceph", "curl", "bash")]
    public void A_key_for_reading_is_no_failure_and_a_wrong_one_is()
    {
        var (reader, readerSecret) = bucket.Server.Reader;
        var variables = new[] { ("B2_ENDPOINT", $"{bucket.Server.Endpoint}"), ("B2_BUCKET", CephBucket.Name), ("B2_REGION", "us-east-1") };
        var read = _machine.Bash("ferry hf doctor", [.. variables, ("AWS_ACCESS_KEY_ID", reader), ("AWS_SECRET_ACCESS_KEY", readerSecret)]).OrThrow();
        Assert.Contains("source=aws_env", read.Text, StringComparison.Ordinal);
        Assert.Contains("read-only: pull works, push does not", read.Text, StringComparison.Ordinal);

        var wrong = _machine.Bash("ferry hf doctor", [.. variables, ("AWS_ACCESS_KEY_ID", reader), ("AWS_SECRET_ACCESS_KEY", "wrong")]);
        Assert.Equal(1, wrong.ExitCode);
        var missing = _machine.Bash("ferry hf doctor", [.. variables, ("B2_BUCKET", "no-such-bucket"), ("AWS_ACCESS_KEY_ID", reader), ("AWS_SECRET_ACCESS_KEY", readerSecret)]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("make it, or correct its name", missing.Text, StringComparison.Ordinal);
    }
}
