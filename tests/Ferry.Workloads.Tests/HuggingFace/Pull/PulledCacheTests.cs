using System.Security.Cryptography;
using System.Text;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Pull;

/// <summary>The hub's own client reads, without a hub, what was pulled.</summary>
public sealed class PulledCacheTests : IDisposable
{
    private readonly TeamBucket _team = new();

    public void Dispose() => _team.Dispose();

    [RequiresFact("node", "npm-packages")]
    public async Task The_client_finds_what_was_pushed()
    {
        var large = new string('x', 10_000);
        var expected = new List<string>();
        foreach (var id in (RepoId[])[Repo("org/name"), Repo("org/data", RepoType.Dataset), Repo("single", RepoType.Space)])
        {
            (string, string)[] files = [("README.md", $"read me, {id}"), ("deep/er/large.bin", large), ("empty", "")];
            _team.Add(id, 'a', files);
            Assert.True((await _team.PullAsync(id.ToString())).IsWhole);
            var name = $"{id.Type.ToPlural()}/{id.Name}";
            expected.Add($"ref {name}/main {Commit('a')}");
            expected.AddRange(files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Item2)))}  {name}@{Commit('a')}/{file.Item1}"));
        }

        var script = Repository.File("tests", "node", "hf-read.mjs");
        var environment = new Dictionary<string, string?> { ["HF_HOME"] = _team.Tree.Path, ["HOME"] = _team.Tree.Path };
        var read = Tool.Run("node", [script], new ToolOptions { CleanEnv = true, Env = environment });
        Assert.Equal(expected.Order(StringComparer.Ordinal), read.OrThrow().Lines.Order(StringComparer.Ordinal));
    }
}
