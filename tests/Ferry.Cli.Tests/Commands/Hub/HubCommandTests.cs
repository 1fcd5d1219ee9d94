using System.Text.Json;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Commands.Hub;

/// <summary><c>ferry hf</c> in the process: options, texts, JSON, refusals. The store is a directory.</summary>
public sealed class HubCommandTests : IDisposable
{
    private const string Commit = "2439f60ef33a0d46d85da5001d52aeda5b00ce9f";
    private const string Blob = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";

    private readonly TestContext _context = new();

    public HubCommandTests() => _context.Environment.Variables["FERRY_REMOTE_URL"] = "file://" + _context.Home.MakeDirectory("store");

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Init_makes_the_older_tools_file_for_its_user_alone_and_never_again()
    {
        _context.Home.MakeDirectory("home/.git");
        Assert.Equal(0, Run("hf", "init"));
        var path = _context.Home.At("home/.hf-cache-sync.yaml");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains("created " + path, _context.Error, StringComparison.Ordinal);
        Assert.Contains(">> .gitignore", _context.Error, StringComparison.Ordinal);
        File.WriteAllText(path, "storage: { bucket: mine }");
        Assert.Equal(0, Run("hf", "init"));
        Assert.Contains("already exists", _context.Error, StringComparison.Ordinal);
        Assert.Equal("storage: { bucket: mine }", File.ReadAllText(path));
    }

    [Fact]
    public void What_init_makes_is_a_configuration()
    {
        _context.Environment.Variables.Clear();
        Run("hf", "init");
        Assert.Equal(0, Run("hf", "status"));
        Assert.Contains("Bucket:     s3://my-hf-cache", _context.Out, StringComparison.Ordinal);
        Assert.Contains("Budget:     53.7 GB", _context.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_the_group_may_be_before_the_command_and_after_it()
    {
        var file = _context.Home.Write("other.yaml", "storage: { bucket: other }");
        _context.Environment.Variables.Clear();
        Assert.Equal(0, Run("hf", "--config", file, "status"));
        Assert.Equal(0, Run("hf", "status", "--config", file));
        Assert.Equal(2, _context.Out.Split("s3://other").Length - 1);
        Assert.Equal(2, Run("hf", "status", "--config", "/missing.yaml"));
        Assert.Contains("--config /missing.yaml: does not exist", _context.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v", "-v", "list", "--remote")]
    [InlineData("-v", "list", "--remote", "-v")]
    [InlineData("list", "-vv", "--remote")]
    public void Two_times_verbose_shows_each_request(params string[] words)
    {
        Assert.Equal(0, Run(["hf", .. words]));
        Assert.Contains("ferry: store file://", _context.Error, StringComparison.Ordinal);
        Assert.Contains("ferry: list (all): 0 B", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_status_tell_of_what_is_there()
    {
        MakeRepo("models--org--name");
        MakeRepo("datasets--org--name");
        Assert.Equal(0, Run("hf", "list"));
        Assert.Contains("org/name                   1      1   7 B  main", _context.Out, StringComparison.Ordinal);
        Assert.Contains("datasets/org/name", _context.Out, StringComparison.Ordinal);
        Assert.Equal(0, Run("hf", "status"));
        Assert.Contains("Repos:      2 (1 model, 1 dataset), 2 revisions", _context.Out, StringComparison.Ordinal);
        Assert.Contains("Size:       14 B in 2 files", _context.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_says_where_each_revision_is_in_text_and_JSON()
    {
        MakeRepo("models--org--name");
        Push("org/there", new string('b', 40));
        Assert.Equal(0, Run("hf", "diff"));
        Assert.Contains("org/name   2439f60ef33a  main  local-only", _context.Out, StringComparison.Ordinal);
        Assert.Contains("0 in-sync, 1 local-only, 1 remote-only, 0 partial.", _context.Out, StringComparison.Ordinal);
        var json = RunJson("hf", "diff", "--json");
        Assert.Equal("hf-diff", json.GetProperty("type").GetString());
        Assert.Equal(["local-only", "remote-only"], json.GetProperty("revisions").EnumerateArray().Select(each => each.GetProperty("status").GetString()));
    }

    [Fact]
    public void A_bucket_with_something_wrong_is_listed_with_exit_code_1()
    {
        Push("org/there", new string('b', 40));
        _context.Home.Write($"store/manifests/org__x@{Commit}.json", "{");
        Assert.Equal(1, Run("hf", "list", "--remote"));
        Assert.Contains("org/there  bbbbbbbbbbbb      1   7 B  -     as pushed", _context.Out, StringComparison.Ordinal);
        Assert.Contains($"ferry: manifests/org__x@{Commit}.json: is not JSON", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_gets_the_nearest_that_is()
    {
        MakeRepo("models--mistralai--Mistral-7B-v0.1");
        MakeRepo("datasets--org--data");
        Assert.Equal(2, Run("hf", "rm", "mistralai/Mistral-7B-v0.2"));
        Assert.Contains("not in the cache (did you mean 'mistralai/Mistral-7B-v0.1'?)", _context.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("hf", "rm", "Mistral-7B-v0.1"));
        Assert.Equal(2, Run("hf", "rm", "org/data"));
        Assert.Contains("org/data: not in the cache (did you mean 'datasets/org/data'?)", _context.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("hf", "rm", "org/../x"));
        Assert.Equal(2, Run("hf", "rm", "datasets/org/data@v2"));
        Assert.Contains("datasets/org/data@v2: no such revision in the cache; it has main, 2439f60ef33a", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rm_asks_and_removes()
    {
        MakeRepo("models--org--name");
        Assert.Equal(2, Run("hf", "rm", "org/name"));
        Assert.Contains("pass --yes or --dry-run", _context.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("hf", "rm", "org/name", "-n"));
        Assert.True(Directory.Exists(Hub("models--org--name")));
        Assert.Equal(0, Run("hf", "rm", "org/name@main", "--yes"));
        Assert.False(Directory.Exists(Hub("models--org--name")));
        Assert.Contains("Removed: 1 revision, 7 B freed.", _context.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_names_what_is_not_as_its_name_says()
    {
        MakeRepo("models--org--name");
        // The name is not that of these bytes.
        Assert.Equal(1, Run("hf", "verify"));
        Assert.Contains($"models--org--name/blobs/{Blob}: ", _context.Error, StringComparison.Ordinal);
        Assert.Contains("'ferry hf pull org/name --repair'", _context.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("hf", "verify", "org/nmae"));
        Assert.Contains("org/nmae: not in the cache (did you mean 'org/name'?)", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_removed_from_the_bucket_leaves_contents_for_a_collection()
    {
        Push("org/there", new string('b', 40));
        Assert.Equal(2, Run("hf", "rm", "--remote", "org/theer", "--yes"));
        Assert.Contains("org/theer: not in the bucket (did you mean 'org/there'?)", _context.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("hf", "rm", "--remote", "org/there@v9", "--yes"));
        Assert.Contains("org/there@v9: no such revision in the bucket", _context.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("hf", "rm", "--remote", "org/there", "--dry-run"));
        Assert.Single(Directory.GetFiles(_context.Home.At("store/manifests")));
        Assert.Equal(0, Run("hf", "rm", "--remote", "org/there", "--yes"));
        Assert.Empty(Directory.GetFiles(_context.Home.At("store"), "*.json", SearchOption.AllDirectories));
        var json = RunJson("hf", "gc", "--json");
        Assert.Equal((true, 1), (json.GetProperty("dry_run").GetBoolean(), json.GetProperty("waiting").GetArrayLength()));
        Assert.Equal(2, Run("hf", "gc", "--delete", "--grace", "1s"));
        Assert.Contains("--grace must be a duration of an hour or more", _context.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("hf", "gc", "--delete", "--grace", "1h"));
        Assert.Contains("Waiting:  1 content, 7 B that no manifest names, for less than 1h", _context.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(_context.Home.At("store/blobs/" + Blob)));
    }

    [Fact]
    public void The_bucket_is_verified_with_its_contents_or_without()
    {
        Push("org/there", new string('b', 40));
        Assert.Equal(0, Run("hf", "verify", "--remote", "--structure-only"));
        Assert.Equal(1, Run("hf", "verify", "--remote"));
        Assert.Contains($"WRONG     blobs/{Blob}: is not what its name says", _context.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("hf", "verify", "--structure-only"));
    }

    [Fact]
    public void Prune_keeps_to_the_budget_of_the_command_line()
    {
        MakeRepo("models--org--kept");
        MakeRepo("models--org--gone");
        File.Delete(Hub("models--org--gone/refs/main"));
        Assert.Equal(0, Run("hf", "prune", "--max-gb", "50"));
        Assert.Contains("Nothing to remove: the cache has 14 B of 53.7 GB.", _context.Out, StringComparison.Ordinal);
        Assert.Equal(0, Run("hf", "prune", "--max-gb", "0", "--keep", "org/gnoe"));
        Assert.Contains("--keep org/gnoe: nothing in the cache is meant by it (did you mean 'org/gone'?)", _context.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Hub($"models--org--gone/snapshots/{Commit}")));
        Assert.Contains("That is more than 0 B. Revisions kept: 1 with a ref.", _context.Out, StringComparison.Ordinal);
        var json = RunJson("hf", "prune", "--max-size", "1B", "--dry-run", "--json");
        Assert.Equal("ref", json.GetProperty("kept")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("--max-gb must be a number of gigabytes such as 50 or 0.5, not '5GB'", "--max-gb", "5GB")]
    [InlineData("--max-gb must be a number", "--max-gb", "-1")]
    [InlineData("--max-size must be a size", "--max-size", "much")]
    [InlineData("give one of them", "--max-size", "1GB", "--max-gb", "1")]
    public void A_wrong_budget_is_refused(string message, params string[] options)
    {
        Assert.Equal(2, Run(["hf", "prune", .. options]));
        Assert.Contains(message, _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_finds_nothing_wrong_with_a_directory_and_an_empty_cache()
    {
        _context.Environment.Variables["HF_HUB_OFFLINE"] = "1";
        var findings = RunJson("hf", "doctor", "--json").EnumerateArray().ToDictionary(
            each => $"{each.GetProperty("place").GetString()} {each.GetProperty("probe").GetString()}", each => each.GetProperty("severity").GetString());
        Assert.Equal(("ok", "ok", "note"), (findings["Store list"], findings["Store write"], findings["Cache directory"]));
        Assert.DoesNotContain("problem", findings.Values);
    }

    [Fact]
    public void A_hub_that_does_not_answer_is_no_failure()
    {
        _context.Environment.Variables["HF_ENDPOINT"] = "http://127.0.0.1:1";
        Assert.Equal(0, Run("hf", "doctor"));
        Assert.Contains("Hub  http://127.0.0.1:1", _context.Out, StringComparison.Ordinal);
        Assert.Contains("ferry: pushes only what was known to be public", _context.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_says_what_is_missing_and_fails()
    {
        _context.Environment.Variables["HF_HUB_OFFLINE"] = "1";
        _context.Environment.Variables["FERRY_REMOTE_URL"] = "file:///not/there";
        Assert.Equal(1, Run("hf", "doctor"));
        _context.Environment.Variables["FERRY_REMOTE_URL"] = "s3://bucket";
        Assert.Equal(1, Run("hf", "doctor"));
        Assert.Contains("source=none", _context.Out, StringComparison.Ordinal);
        _context.Environment.Variables.Remove("FERRY_REMOTE_URL");
        Assert.Equal(1, Run("hf", "doctor"));
        Assert.Contains("no store is configured", _context.Out, StringComparison.Ordinal);
    }

    private int Run(params string[] words) => new App(_context.Command).Run(words);

    private JsonElement RunJson(params string[] words)
    {
        var before = _context.Out.Length;
        Assert.Equal(0, Run(words));
        using var document = JsonDocument.Parse(_context.Out[before..]);
        return document.RootElement.Clone();
    }

    private string Hub(string path) => _context.Home.At("home/.cache/huggingface/hub/" + path);

    private void MakeRepo(string folder)
    {
        var hub = "home/.cache/huggingface/hub/" + folder;
        _context.Home.Write($"{hub}/blobs/{Blob}", "content");
        _context.Home.Write($"{hub}/refs/main", Commit);
        _context.Home.MakeDirectory($"{hub}/snapshots/{Commit}");
        File.CreateSymbolicLink(_context.Home.At($"{hub}/snapshots/{Commit}/file.txt"), $"../../blobs/{Blob}");
    }

    private void Push(string repo, string commit)
    {
        _context.Home.Write($"store/blobs/{Blob}", "content");
        _context.Home.Write(
            $"store/manifests/{repo.Replace("/", "__", StringComparison.Ordinal)}@{commit}.json",
            $$"""{"repo":"{{repo}}","revision":"{{commit}}","repo_type":"model","files":[{"path":"file.txt","blob":"{{Blob}}","size":7}]}""");
    }
}
