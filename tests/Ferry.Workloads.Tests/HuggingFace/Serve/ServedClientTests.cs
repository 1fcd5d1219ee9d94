using System.Security.Cryptography;
using System.Text;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Serve;

/// <summary>The hub's own client, unchanged, takes what is served for the hub.</summary>
public sealed class ServedClientTests : IDisposable
{
    private static readonly string Large = string.Concat(Enumerable.Repeat("0123456789abcdef", 200_000));
    private static readonly (string Path, string Content)[] Files =
        [("README.md", "# hello"), ("empty.txt", ""), ("sub dir/deep/x y.bin", "weights"), ("model.bin", Large), ("ümlaut.txt", "ä")];

    private readonly ServedTeam _served = new();
    private readonly TempTree _home = new();

    public void Dispose()
    {
        _served.Dispose();
        _home.Dispose();
    }

    [RequiresTheory("node", "npm-packages")]
    [InlineData(RepoType.Model)]
    [InlineData(RepoType.Dataset)]
    [InlineData(RepoType.Space)]
    public async Task A_snapshot_that_it_downloads_is_the_one_that_a_pull_makes(RepoType type)
    {
        var repo = Repo("org/name", type);
        _served.Team.Add(repo, 'a', Files);
        Assert.True((await _served.Team.PullAsync("org/name", null, type)).IsWhole);
        // Only the bucket is to be asked.
        var pulled = _served.Team.Tree["pulled"];
        Directory.CreateDirectory(pulled);
        Directory.Move(_served.Team.Hub, System.IO.Path.Combine(pulled, "hub"));

        Run("hf-download.mjs", _home.Path, type == RepoType.Model ? "models/org/name" : repo.ToString()).OrThrow();

        var theirs = Run("hf-read.mjs", _home.Path).OrThrow().Lines;
        Assert.Equal(Run("hf-read.mjs", pulled).OrThrow().Lines, theirs);
        Assert.Equal(Files.Length + 1, theirs.Length);
        Assert.Equal(Shown(System.IO.Path.Combine(pulled, "hub")), Shown(_home["hub"]));
        Assert.Empty(_served.Failures);
    }

    [RequiresFact("node", "npm-packages")]
    public void It_finds_all_that_programs_ask_for()
    {
        _served.Team.Add(Repo("org/name"), 'a', Files);
        var said = Run("hf-ask.mjs", _home.Path, "org/name", "README.md", "empty.txt", "model.bin", "none").OrThrow().Lines;
        var sha = Commit('a').Hex;
        Assert.Equal($"info org/name {sha} private=false", said[0]);
        Assert.Equal(
            [
                $"entry file README.md 7 {Git("# hello")} {sha}", $"entry file empty.txt 0 {Git("")} {sha}", $"entry file model.bin {Large.Length} {Lfs(Large)} {sha}",
                $"entry directory sub dir 0 - {sha}", $"entry directory sub dir/deep 0 - {sha}", $"entry file sub dir/deep/x y.bin 7 {Lfs("weights")} {sha}",
                $"entry file ümlaut.txt 2 {Git("ä")} {sha}",
            ],
            said[1..8]);
        Assert.Equal(
            [
                $"file README.md 7 \"{Git("# hello")}\" true 7 {Sha256("# hello")} true", $"file empty.txt 0 \"{Git("")}\" true 0 {Sha256("")} true",
                $"file model.bin {Large.Length} \"{Lfs(Large)}\" true {Large.Length} {Sha256(Large)} true", "none none null 0",
            ],
            said[8..]);
    }

    [RequiresFact("node", "npm-packages")]
    public void It_does_not_take_a_wrong_content_for_the_right_one()
    {
        var manifest = _served.Team.Add(Repo("org/name"), 'a', ("model.bin", Large));
        _served.Team.Write(_served.Team.Bucket.Keys.Blob(manifest.Files[0].Blob), Encoding.UTF8.GetBytes("X" + Large[1..]));
        Assert.NotEqual(0, Run("hf-download.mjs", _home.Path, "models/org/name").ExitCode);
        Assert.DoesNotContain(_home.Files("hub"), path => path.EndsWith(manifest.Files[0].Blob.Hex, StringComparison.Ordinal));
    }

    private ToolResult Run(string script, string home, params string[] args) => Tool.Run("node", [Repository.File("tests", "node", script), .. args], new ToolOptions
    {
        CleanEnv = true,
        Env = new Dictionary<string, string?> { ["HF_HOME"] = home, ["HOME"] = home, ["HF_ENDPOINT"] = _served.Address.AbsoluteUri.TrimEnd('/') },
        Timeout = TimeSpan.FromMinutes(1),
    });

    /// <summary>What Ferry reads in a cache.</summary>
    private static string[] Shown(string hub) =>
    [
        .. HubCacheReader.Read(hub, CancellationToken.None).Repos.SelectMany(repo => repo.Revisions.SelectMany(
            revision => revision.Files.Select(file => $"{repo.Id} {revision.Commit} {string.Join(',', revision.Refs)} {file.Path} {file.Blob.Name} {file.Blob.Bytes}"))).Order(StringComparer.Ordinal),
    ];

    private static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
